"""What the learners taught before: remembered, recalled by meaning, forgotten."""

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray

from feynman.domain import Memory, MemoryUnavailable
from feynman.memory.entry import Entry, Hit
from feynman.memory.keeping import keep_open
from feynman.memory.merge import may_merge, merged, nearest
from feynman.memory.reading import Reader
from feynman.memory.start import start
from feynman.memory.status import MemoryState, Status
from feynman.memory.timing import Timing
from feynman.memory.truth import MemoryRecords
from feynman.memory.writer import Change, Writer
from feynman.observability.metrics import MemoryAction, Metrics
from feynman.observability.tracing import step
from feynman.text.embedding import DIMENSIONS, Embedder

__all__ = ["MemoryStore"]

log = structlog.get_logger("feynman.memory")

_PATIENCE_SECONDS: Final = 1.0
_DRAIN_SECONDS: Final = 5.0
_REOPEN_SECONDS: Final = 5.0
# A change is not in the index before the writer came to it, and a forgotten memory may still be: look at a few more.
_SPARE: Final = 8
_RECENT: Final = 50


def _now() -> datetime:
    return datetime.now(UTC)


class MemoryStore:
    """All learners' memories. ``truth`` holds them; the index finds them and can be lost.

    Every method belongs to the loop that ``open`` ran on, and may raise ``RecordsUnavailable``.
    """

    def __init__(
        self,
        folder: Path,
        truth: MemoryRecords,
        embedder: Embedder,
        *,
        clock: Callable[[], datetime],
        patience: float,
        reopen: float,
        leave: Callable[[], None] | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._truth = truth
        self._embedder = embedder
        self._patience = patience
        self._leave = leave
        self._status = Status()
        self._metrics = metrics
        self._timing = Timing(metrics)
        self._writer = Writer(self._status.failed, self._timing)
        if metrics is not None:
            metrics.watch_queue("memory", lambda: self._writer.waiting)
        self._merging = asyncio.Lock()
        self._reader = Reader(self._writer, self._status, self._timing, metrics=metrics)
        self._keeping = asyncio.create_task(
            keep_open(
                lambda: start(folder, truth, embedder, writer=self._writer, status=self._status, clock=clock),
                lambda: asyncio.wrap_future(self._writer.release()),
                status=self._status,
                first=reopen,
            ),
            name="feynman-memory-keeping",
        )

    @classmethod
    async def open(
        cls,
        folder: Path | None,
        truth: MemoryRecords,
        embedder: Embedder,
        *,
        clock: Callable[[], datetime] = _now,
        patience: float = _PATIENCE_SECONDS,
        reopen: float = _REOPEN_SECONDS,
        metrics: Metrics | None = None,
    ) -> "MemoryStore":
        """Return at once a store whose index gets ready behind it; look at ``state``.

        ``folder`` ``None`` keeps the index in a temporary folder until ``close``. Recalls and searches wait at most
        ``patience`` seconds for the index. One that fails is opened again after about ``reopen`` seconds, and brought
        level with ``truth``.
        """
        leave = None
        if folder is None:
            temporary = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="feynman-memory-")
            folder, leave = Path(temporary.name), temporary.cleanup
        return cls(folder, truth, embedder, clock=clock, patience=patience, reopen=reopen, leave=leave, metrics=metrics)

    @property
    def state(self) -> MemoryState:
        """``starting``, ``rebuilding`` (progress in ``detail``), ``ready``, or ``unavailable`` until opened again."""
        return self._status.state

    @property
    def detail(self) -> str:
        """Progress or reason, in English, for logs and health."""
        return self._status.detail

    async def remember(self, draft: Memory) -> Memory:
        """Store ``draft`` and return it, or the memory that it was merged into.

        A memory of the same id, or a summary of the same learner and language in the same words (cosine >= 0.95),
        takes the draft in: its id, session and topic stay, turns are joined, the later text counts. A draft whose id
        was forgotten is returned and not stored.
        """
        vector = (await self._embedder.embed([draft.text]))[0]
        async with self._merging:
            if await self._truth.is_forgotten(draft.id, draft.learner_id):
                return draft
            old = await self._truth.get(draft.id, draft.learner_id) or await self._duplicate(draft, vector)
            memory = draft.model_copy(update={"similarity": None}) if old is None else merged(old, draft)
            if memory.text != draft.text:
                vector = (await self._embedder.embed([memory.text]))[0]
            await self._truth.put(memory, vector)
            self._writer.put(Change(memory.id, Entry(memory, vector)))
            self._count("created" if old is None else "merged")
        return memory

    async def recall(
        self,
        query: str,
        learner_id: str,
        *,
        k: int = 3,
        exclude_session: str | None = None,
        min_similarity: float = 0.35,
    ) -> list[Memory]:
        """Return at most ``k`` of the learner's memories that bear on ``query``, best first; none without an index.

        ``min_similarity`` is a cosine, 0-1.
        """
        with step("memory recall", **{"gen_ai.operation.name": "retrieval"}) as current:
            try:
                found = await self._find(query, learner_id, k, exclude_session=exclude_session)
            except MemoryUnavailable as error:
                log.warning("memory_recall_skipped", state=self.state, why=str(error))
                return []
            near = [memory for memory in found if (memory.similarity or 0) >= min_similarity]
            current.set_attribute("feynman.memories_recalled", len(near))
            self._count("recalled", len(near))
            return near

    async def search(self, query: str, learner_id: str, k: int = 20) -> list[Memory]:
        """Return at most ``k`` of the learner's memories, the nearest to ``query`` first.

        Raises:
            MemoryUnavailable: the index is not ready.
        """
        return await self._find(query, learner_id, k)

    async def forget(self, memory_id: str, learner_id: str) -> bool:
        """Delete the learner's memory for good; false when there is none of that id."""
        async with self._merging:
            known = await self._truth.delete(memory_id, learner_id)
            if known:
                self._writer.put(Change(memory_id, None))
        return known

    async def check(self) -> None:
        """Run a query.

        Raises:
            MemoryUnavailable: the index is not ready, or does not answer.
        """
        await self._ready()
        await self._reader.hits(np.eye(1, DIMENSIONS, dtype=np.float32)[0], 1, {})

    async def close(self, timeout: float = _DRAIN_SECONDS) -> None:  # noqa: ASYNC109 - changes left over are counted
        """Apply what is queued within ``timeout`` seconds and release all files and threads."""
        self._keeping.cancel()
        await asyncio.gather(self._keeping, return_exceptions=True)
        left = await asyncio.to_thread(self._writer.close, timeout)
        if left:
            log.warning("memory_changes_left", count=left)
        self._status.failed("the memory index is closed")
        if self._leave is not None:
            await asyncio.to_thread(self._leave)

    def _count(self, action: MemoryAction, count: int = 1) -> None:
        if self._metrics is not None:
            self._metrics.memory(action, count)

    async def _find(self, query: str, learner_id: str, k: int, *, exclude_session: str | None = None) -> list[Memory]:
        if k < 1 or not query.strip():
            return []
        await self._ready()
        with step("embeddings", **{"gen_ai.operation.name": "embeddings"}):
            vector = (await self._embedder.embed([query]))[0]
        hits = await self._reader.hits(vector, 2 * k + _SPARE, {"learner_id": learner_id}, exclude_session)
        known = {memory.id: memory for memory in await self._stored(hits, learner_id)}
        found = [
            known[hit.id].model_copy(update={"similarity": min(max(hit.similarity, 0.0), 1.0)})
            for hit in hits
            if hit.id in known
        ]
        return [memory for memory in found if _visible(memory, learner_id, exclude_session)][:k]

    async def _ready(self) -> None:
        if not await self._status.wait(self._patience):
            raise MemoryUnavailable(self.detail)

    async def _duplicate(self, draft: Memory, vector: NDArray[np.float32]) -> Memory | None:
        if draft.kind != "summary":
            return None
        candidates = {memory.id: memory for memory in await self._candidates(draft, vector)}
        memories = await asyncio.to_thread(lambda: [each for each in candidates.values() if may_merge(each, draft)])
        best = nearest(vector, await self._embedder.embed([memory.text for memory in memories]))
        return None if best is None else memories[best]

    async def _candidates(self, draft: Memory, vector: NDArray[np.float32]) -> Sequence[Memory]:
        recent = await self._truth.list(draft.learner_id, limit=_RECENT)
        where = {"learner_id": draft.learner_id, "kind": draft.kind, "language": draft.language}
        try:
            hits = await self._reader.hits(vector, _SPARE, where) if self.state == "ready" else []
        except MemoryUnavailable as error:
            log.warning("memory_merge_recent_only", why=str(error))
            hits = []
        return [*recent, *await self._stored(hits, draft.learner_id)]

    async def _stored(self, hits: Sequence[Hit], learner_id: str) -> list[Memory]:
        return await self._truth.many([hit.id for hit in hits], learner_id) if hits else []


def _visible(memory: Memory, learner_id: str, exclude_session: str | None) -> bool:
    return memory.learner_id == learner_id and memory.session_id != exclude_session

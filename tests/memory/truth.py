"""The truth of these tests: the protocol in a dictionary, and memories to put in it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from feynman.domain import Language, Memory, MemoryKind

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class DictTruth:
    """``MemoryRecords`` without a file."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[Memory, NDArray[np.float32]]] = {}
        self.forgotten: set[tuple[str, str]] = set()

    async def put(self, memory: Memory, embedding: NDArray[np.float32]) -> None:
        """Store the memory."""
        assert embedding.shape == (512,)
        assert embedding.dtype == np.float32
        if not await self.is_forgotten(memory.id, memory.learner_id):
            self.rows[memory.id] = (memory, embedding.copy())

    async def get(self, memory_id: str, learner_id: str) -> Memory | None:
        """Return the learner's memory."""
        return next(iter(await self.many([memory_id], learner_id)), None)

    async def many(self, ids: list[str], learner_id: str) -> list[Memory]:
        """Return the learner's among them, in another order than asked."""
        known = [self.rows[key][0] for key in sorted(ids) if key in self.rows]
        return [memory for memory in known if memory.learner_id == learner_id]

    async def delete(self, memory_id: str, learner_id: str) -> bool:
        """Delete the learner's memory."""
        if await self.get(memory_id, learner_id) is None:
            return False
        del self.rows[memory_id]
        self.forgotten.add((memory_id, learner_id))
        return True

    async def is_forgotten(self, memory_id: str, learner_id: str) -> bool:
        """Tell whether it was deleted."""
        return (memory_id, learner_id) in self.forgotten

    async def batches(self, size: int) -> AsyncIterator[list[tuple[Memory, NDArray[np.float32]]]]:
        """Yield all."""
        rows = list(self.rows.values())
        for first in range(0, len(rows), size):
            yield rows[first : first + size]

    async def count(self) -> int:
        """Count all."""
        return len(self.rows)

    async def list(self, learner_id: str, limit: int = 200) -> list[Memory]:
        """Return the learner's, newest first."""
        mine = [memory for memory, _ in self.rows.values() if memory.learner_id == learner_id]
        return sorted(mine, key=lambda memory: memory.updated_at, reverse=True)[:limit]


def memory(
    key: str,
    text: str,
    *,
    learner: str = "ada",
    session: str = "s1",
    kind: MemoryKind = "summary",
    language: Language = "en",
    minute: int = 0,
) -> Memory:
    """Return a memory that changed ``minute`` minutes after the start of these tests' time."""
    at = START + timedelta(minutes=minute)
    return Memory(
        id=key,
        learner_id=learner,
        session_id=session,
        turn_ids=(f"turn-{key}",),
        topic="the water cycle",
        kind=kind,
        text=text,
        language=language,
        created_at=at,
        updated_at=at,
    )

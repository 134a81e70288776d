"""The one thread that writes to the index."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import structlog

from feynman.domain import MemoryUnavailable
from feynman.memory.entry import Entry
from feynman.memory.timing import Timing

if TYPE_CHECKING:
    from feynman.memory.index import Index

__all__ = ["BATCH", "Change", "Writer"]

log = structlog.get_logger("feynman.memory")

T = TypeVar("T")

# A write holds the GIL: 13-36 ms for one, 3.4 s for 5,000 (measured, docs/decisions.md).
BATCH: Final = 16


class Change(NamedTuple):
    """The newest state of one memory; ``None`` when it is gone."""

    id: str
    entry: Entry | None


class Writer:
    """Applies changes in order, in batches of at most ``BATCH``, and owns the index from opening to closing.

    ``on_failure`` is called from the thread with the reason when a change could not be applied.
    """

    def __init__(self, on_failure: Callable[[str], None], timing: Timing | None = None) -> None:
        self._on_failure = on_failure
        self._timing = Timing(None) if timing is None else timing
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="feynman-memory-writer")
        self._pending: deque[Change] = deque()
        self._touched: set[str] = set()
        self._settled = False
        self._lock = threading.Lock()
        self._closed = False
        self._index: Index | None = None

    @property
    def waiting(self) -> int:
        """How many changes wait to be written."""
        return len(self._pending)

    @property
    def index(self) -> "Index | None":
        """The open index, for reading from other threads."""
        return self._index

    def open(self, make: Callable[[], "Index"]) -> "Future[Index]":
        """Open the index on the thread; changes that came before are left to the comparison with the truth."""
        return self.run(lambda: self._adopt(make()))

    def release(self) -> Future[None]:
        """Close the index, so that it can be opened again; changes that come meanwhile are noted as at the start."""
        with self._lock:
            self._settled = False
        return self.run(self._give_up)

    def run(self, action: Callable[[], T]) -> Future[T]:
        """Run ``action`` on the thread, after the changes that came before it.

        Raises:
            MemoryUnavailable: the writer is closed.
        """
        with self._lock:
            if self._closed:
                raise MemoryUnavailable("the memory index is closed")
            return self._thread.submit(action)

    def put(self, change: Change) -> None:
        """Queue ``change`` and return at once; after :meth:`close` it is left to the next start."""
        with self._lock:
            if self._closed:
                log.warning("memory_change_late", memory_id=change.id)
                return
            if not self._settled:
                self._touched.add(change.id)
            self._pending.append(change)
            self._thread.submit(self._flush).add_done_callback(self._watch)

    def fill(self, changes: Sequence[Change]) -> Future[None]:
        """Apply at most ``BATCH`` ``changes`` read from the truth, without those that :meth:`put` has overtaken."""
        return self.run(lambda: self._apply([change for change in changes if change.id not in self._touched]))

    def settle(self) -> None:
        """Forget which ids were touched and note no more: nothing is filled in from here on."""
        with self._lock:
            self._settled = True
            self._touched.clear()

    def close(self, timeout: float) -> int:
        """Apply what is queued within ``timeout`` seconds, close the index, and return how many changes were left."""
        with self._lock:
            if self._closed:
                return 0
            self._closed = True
            end = self._thread.submit(self._release)
        wait([end], timeout)
        left = self._drop()
        self._thread.shutdown(wait=True)
        return left

    def _adopt(self, index: "Index") -> "Index":
        # Changes that came before found no index and were dropped: the comparison has to bring them.
        with self._lock:
            self._touched.clear()
        self._index = index
        return index

    def _flush(self) -> None:
        with self._lock:
            batch = [self._pending.popleft() for _ in islice(range(len(self._pending)), BATCH)]
        self._apply(batch)

    def _apply(self, changes: Sequence[Change]) -> None:
        if self._index is None:
            return
        latest = {change.id: change.entry for change in changes}
        gone = [key for key, entry in latest.items() if entry is None]
        kept = [entry for entry in latest.values() if entry is not None]
        if gone:
            with self._timing.operation("delete"):
                self._index.delete(gone)
        if kept:
            with self._timing.operation("write"):
                self._index.upsert(kept)

    def _watch(self, future: Future[None]) -> None:
        error = future.exception()
        if error is not None:
            log.error("memory_write_failed", error=type(error).__name__, why=str(error))
            self._on_failure(str(error))

    def _drop(self) -> int:
        with self._lock:
            left = len(self._pending)
            self._pending.clear()
        return left

    def _give_up(self) -> None:
        try:
            self._release()
        except MemoryUnavailable as error:
            log.warning("memory_index_not_closed", why=str(error))

    def _release(self) -> None:
        index, self._index = self._index, None
        if index is not None:
            index.close()

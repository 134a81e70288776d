"""What the memory room asks of the database that holds the memories."""

from collections.abc import AsyncIterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from feynman.domain import Memory

__all__ = ["MemoryRecords"]


class MemoryRecords(Protocol):
    """Memories with their vectors, ``(512,) float32``; every method may raise ``RecordsUnavailable``."""

    async def put(self, memory: Memory, embedding: NDArray[np.float32], /) -> None:
        """Store ``memory``, replacing the one of the same id; one that was deleted stays deleted."""
        ...

    async def get(self, memory_id: str, learner_id: str, /) -> Memory | None:
        """Return the learner's memory."""
        ...

    async def many(self, ids: list[str], learner_id: str, /) -> list[Memory]:
        """Return those of ``ids`` that are the learner's, in any order."""
        ...

    async def delete(self, memory_id: str, learner_id: str, /) -> bool:
        """Delete the learner's memory for good; false when there was none."""
        ...

    async def is_forgotten(self, memory_id: str, learner_id: str, /) -> bool:
        """Return whether the learner deleted the memory of that id."""
        ...

    def batches(self, size: int, /) -> AsyncIterator[list[tuple[Memory, NDArray[np.float32]]]]:
        """Yield all memories of all learners, ``size`` at a time."""
        ...

    async def count(self) -> int:
        """Return the number of memories of all learners."""
        ...

    async def list(self, learner_id: str, /, limit: int = 200) -> list[Memory]:
        """Return the learner's memories, newest first."""
        ...

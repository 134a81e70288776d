"""What goes into the index and what comes out of it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from feynman.domain import Memory

__all__ = ["Entry", "Hit", "version"]


class Entry(NamedTuple):
    """A memory with its unit vector, ``(512,) float32``."""

    memory: Memory
    vector: NDArray[np.float32]


class Hit(NamedTuple):
    """The id of a memory and its cosine to a query."""

    id: str
    similarity: float


def version(memory: Memory) -> float:
    """Return a number that differs between two states of a memory: seconds since the epoch of its last change."""
    return memory.updated_at.timestamp()

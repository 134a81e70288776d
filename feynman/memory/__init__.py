"""Memories of what was taught, found by meaning; the only room that knows Chroma, and imports it when first opened."""

from feynman.memory.status import MemoryState
from feynman.memory.store import MemoryStore
from feynman.memory.truth import MemoryRecords

__all__ = ["MemoryRecords", "MemoryState", "MemoryStore"]

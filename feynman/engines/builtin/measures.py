"""What speaks for each unit of a text saying each key point."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from feynman.engines.builtin.kinship import kinship
from feynman.engines.builtin.lexicon import lexicon
from feynman.engines.builtin.reading import Reading, Vectors
from feynman.engines.builtin.scorer import Scorer
from feynman.engines.builtin.targets import Targets

__all__ = ["FEATURES", "Measures", "lead", "measure", "recall"]

FEATURES: Final = ("cosine", "recall", "kinship", "cosine lead", "recall lead", "kinship lead", "said")

_MARGIN: Final = 0.3
_FRESH: Final = 2
_SHORT: Final = 4
_SHORT_WORTH: Final = 0.8
_READ: Final = 3  # sentences per point that the scorer reads, the likeliest ones: each pair costs about 0.2 ms
_UNREAD: Final = 0.02
_SURE: Final = 0.98


@dataclass(frozen=True, slots=True)
class Measures:
    """Each ``(units, points)``; cosine, recall and kinship are 0-1, ``said`` the learned scorer's log-odds over 4."""

    cosine: Vectors
    recall: Vectors
    kinship: Vectors
    said: Vectors

    def features(self, sound: Vectors) -> Vectors:
        """``(units, points, 7)``, as ``FEATURES`` names them; units with 0 in ``sound`` ``(units, 1)`` say nothing."""
        measured = [each * sound for each in (self.cosine, self.recall, self.kinship)]
        said = np.where(sound > 0, self.said, _log_odds(np.array(_UNREAD)))
        return np.stack([*measured, *(lead(each) for each in measured), said], axis=-1)


def measure(reading: Reading, goals: Targets, scorer: Scorer) -> Measures:
    """Hold every unit against every point; a window of two sentences has the better one's kinship and score."""
    shape = (len(reading.units), len(goals.points))
    if 0 in shape:
        return Measures(*np.zeros((4, *shape), np.float32))
    cosine = np.clip(reading.vectors @ goals.vectors.T, 0, 1) * _substance(reading, goals)
    recalled = np.array([[recall(words, unit.words) for words in goals.points] for unit in reading.units])
    related = kinship(reading.pieces, goals.pieces, goals.topic_pieces)
    said = _log_odds(_said(reading, goals, scorer, related))
    firsts, lasts = ([getattr(unit, end) for unit in reading.units] for end in ("first", "last"))
    return Measures(
        cosine, recalled, np.maximum(related[firsts], related[lasts]), np.maximum(said[firsts], said[lasts])
    )


def recall(wanted: Mapping[str, float], words: frozenset[str] | set[str]) -> float:
    """The weighted share of ``wanted`` that is among ``words``, 0-1."""
    total = sum(wanted.values())
    return sum(weight for word, weight in wanted.items() if word in words) / total if total else 0.0


def lead(values: Vectors) -> Vectors:
    """Each value's lead over the best other one of its row, at most 0.3 behind."""
    if values.shape[1] < 2:  # noqa: PLR2004 # there is no other one
        return np.zeros_like(values)
    top = np.sort(values, axis=1)
    others = np.where(values == top[:, -1:], top[:, -2:-1], top[:, -1:])
    leading: Vectors = np.clip(values - others, -_MARGIN, None)
    return leading


def _said(reading: Reading, goals: Targets, scorer: Scorer, related: Vectors) -> Vectors:
    """The scorer's probability for the likeliest sentences of each point, ``(sentences, points)``."""
    vectors = reading.vectors[: len(reading.sentences)]
    likely = related + np.clip(vectors @ goals.vectors.T, 0, 1)
    chosen = sorted(set(np.argsort(-likely, axis=0)[:_READ].ravel().tolist()))
    scores = scorer.score(
        [reading.sentences[at].text for at in chosen],
        goals.texts,
        unit_vectors=vectors[chosen],
        point_vectors=goals.vectors,
        topic=goals.title,
    )
    found = np.full(related.shape, _UNREAD, np.float32)
    found[chosen] = scores.said
    return found


def _log_odds(share: Vectors) -> Vectors:
    sure = np.clip(share, _UNREAD, _SURE)
    return np.asarray(np.log(sure / (1 - sure)) / 4, np.float32)


def _substance(reading: Reading, goals: Targets) -> Vectors:
    """What the cosine of a unit is worth, ``(units, 1)``.

    Units that only name the topic are close to every point and say none; very short ones say little.
    """
    generic = lexicon(reading.language).generic
    fresh = [len(unit.content - goals.topic - generic) for unit in reading.units]
    worth = [0.0 if few < _FRESH else _SHORT_WORTH if few < _SHORT else 1.0 for few in fresh]
    return np.array(worth, np.float32)[:, None]

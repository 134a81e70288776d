"""How far a reading says each key point."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from feynman.domain import CoverageStatus
from feynman.engines.builtin.lexicon import lexicon
from feynman.engines.builtin.reading import Reading, Vectors
from feynman.engines.builtin.targets import Targets
from feynman.engines.builtin.weights import ACROSS, ALONE, AMONG, BIASES

__all__ = ["COVERED", "PARTIAL", "Match", "Ratings", "logistic", "rate", "recall", "status_of"]

COVERED: Final = 0.5
PARTIAL: Final = 0.3
_MARGIN: Final = 0.3
_ANSWER_BONUS: Final = 1.6  # an answer leaves out what the question said
_FEW: Final = 3
_FRESH: Final = 2
_SHORT: Final = 4
_SHORT_WORTH: Final = 0.8


@dataclass(frozen=True, slots=True)
class Match:
    """How well a text says one point (0-1) and the unit that says it best."""

    score: float
    unit: int | None


@dataclass(frozen=True, slots=True)
class Ratings:
    """Cosine, recall and score of each unit with each point, ``(units, points)``; ``matches`` is the whole text's."""

    cosine: Vectors
    recall: Vectors
    unit_scores: Vectors
    matches: tuple[Match, ...]


def rate(
    reading: Reading,
    goals: Targets,
    *,
    answered: int | None = None,
    question: str = "",
    unsound: frozenset[int] = frozenset(),
) -> Ratings:
    """Hold every unit against every point.

    ``answered`` is the point that the student had asked about with ``question``: it may be said in fewer words.
    ``unsound`` are indices of sentences that say nothing right, whatever they are close to.
    """
    shape = (len(reading.units), len(goals.points))
    if 0 in shape:
        empty = np.zeros(shape, np.float32)
        return Ratings(empty, empty, empty, tuple(Match(0.0, None) for _ in goals.points))
    sound = _sound(reading, unsound)
    cosine = np.clip(reading.vectors @ goals.vectors.T, 0, 1) * _substance(reading, goals) * sound
    recalled = sound * np.array([[recall(words, unit.words) for words in goals.points] for unit in reading.units])
    features = np.stack([cosine, recalled, _lead(cosine), _lead(recalled)], axis=-1)
    weights = _weights(reading, goals)
    unit_scores = logistic(features @ np.array(weights) + BIASES[weights])
    logits = features.max(axis=0) @ np.array(weights) + BIASES[weights]
    if answered is not None and answered < len(goals.points) and _adds(reading, goals, answered, question):
        logits[answered] += _ANSWER_BONUS
    best = (cosine + _lead(cosine) + 0.5 * recalled).argmax(axis=0)
    scores = logistic(logits)
    return Ratings(
        cosine, recalled, unit_scores, tuple(Match(float(s), int(u)) for s, u in zip(scores, best, strict=True))
    )


def recall(wanted: Mapping[str, float], words: frozenset[str] | set[str]) -> float:
    """The weighted share of ``wanted`` that is among ``words``, 0-1."""
    total = sum(wanted.values())
    return sum(weight for word, weight in wanted.items() if word in words) / total if total else 0.0


def status_of(score: float) -> CoverageStatus:
    """The status for a score, as long as nothing contradicts it."""
    if score >= COVERED:
        return "covered"
    return "partial" if score >= PARTIAL else "missing"


def logistic(logit: Vectors) -> Vectors:
    """``1 / (1 + exp(-logit))``."""
    return np.asarray(1 / (1 + np.exp(-logit)))


def _substance(reading: Reading, goals: Targets) -> Vectors:
    """What the cosine of a unit is worth, ``(units, 1)``.

    Units that only name the topic are close to every point and say none; very short ones say little.
    """
    generic = lexicon(reading.language).generic
    fresh = [len(unit.content - goals.topic - generic) for unit in reading.units]
    worth = [0.0 if few < _FRESH else _SHORT_WORTH if few < _SHORT else 1.0 for few in fresh]
    return np.array(worth, np.float32)[:, None]


def _sound(reading: Reading, unsound: frozenset[int]) -> Vectors:
    """0 for units with an unsound sentence, else 1, ``(units, 1)``."""
    kept = [unsound.isdisjoint((unit.first, unit.last)) for unit in reading.units]
    return np.array(kept, np.float32)[:, None]


def _weights(reading: Reading, goals: Targets) -> tuple[float, ...]:
    if reading.language != goals.language and not _words_in_common(reading, goals):
        return ACROSS if len(goals.points) >= _FEW else ALONE
    return AMONG if len(goals.points) >= _FEW else ALONE


def _words_in_common(reading: Reading, goals: Targets) -> bool:
    return any(recall(words, reading.words) > 0.2 for words in goals.points)  # noqa: PLR2004 # a stray name or number


def _lead(values: Vectors) -> Vectors:
    """Each value's lead over the best other one of its row, at most 0.3 either way."""
    if values.shape[1] < 2:  # noqa: PLR2004 # there is no other one
        return np.zeros_like(values)
    top = np.sort(values, axis=1)
    others = np.where(values == top[:, -1:], top[:, -2:-1], top[:, -1:])
    lead: Vectors = np.clip(values - others, -_MARGIN, None)
    return lead


def _adds(reading: Reading, goals: Targets, point: int, question: str) -> bool:
    """Whether the answer has one of the point's words that the question did not have, or clearly means it."""
    asked = question.casefold()
    fresh = {word: weight for word, weight in goals.points[point].items() if word not in asked}
    if recall(fresh, reading.words) > 0:
        return True
    means: bool = bool((_lead(np.clip(reading.vectors @ goals.vectors.T, 0, 1))[:, point] > 0.08).any())  # noqa: PLR2004 # lessons
    return means

"""How far a reading says each key point."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from feynman.domain import CoverageStatus
from feynman.engines.builtin.measures import Measures, lead, recall
from feynman.engines.builtin.reading import Reading, Vectors
from feynman.engines.builtin.targets import Targets
from feynman.engines.builtin.weights import ACROSS, ALONE, AMONG, BIASES

__all__ = ["COVERED", "PARTIAL", "Match", "Ratings", "logistic", "rate", "recall", "status_of"]

COVERED: Final = 0.5
PARTIAL: Final = 0.3
_ANSWER_BONUS: Final = 1.6  # an answer leaves out what the question said
_FEW: Final = 3


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
    measures: Measures,
    *,
    answered: int | None = None,
    question: str = "",
    unsound: frozenset[int] = frozenset(),
) -> Ratings:
    """Judge what was measured.

    ``answered`` is the point that the student had asked about with ``question``: it may be said in fewer words.
    ``unsound`` are indices of sentences that say nothing right, whatever they are close to.
    """
    if not measures.cosine.size:
        return Ratings(measures.cosine, measures.recall, measures.said, tuple(Match(0.0, None) for _ in goals.points))
    sound = _sound(reading, unsound)
    features = measures.features(sound)
    weights = _weights(reading, goals)
    bias = BIASES[weights, reading.language]
    unit_scores = logistic(features @ np.array(weights) + bias)
    logits = features.max(axis=0) @ np.array(weights) + bias
    if answered is not None and answered < len(goals.points) and _adds(reading, goals, answered, question):
        logits[answered] += _ANSWER_BONUS
    cosine, recalled = measures.cosine * sound, measures.recall * sound
    best = (cosine + lead(cosine) + 0.5 * recalled).argmax(axis=0)
    matches = tuple(Match(float(score), int(unit)) for score, unit in zip(logistic(logits), best, strict=True))
    return Ratings(cosine, recalled, unit_scores, matches)


def status_of(score: float) -> CoverageStatus:
    """The status for a score, as long as nothing contradicts it."""
    if score >= COVERED:
        return "covered"
    return "partial" if score >= PARTIAL else "missing"


def logistic(logit: Vectors) -> Vectors:
    """``1 / (1 + exp(-logit))``."""
    return np.asarray(1 / (1 + np.exp(-logit)))


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


def _adds(reading: Reading, goals: Targets, point: int, question: str) -> bool:
    """Whether the answer has one of the point's words that the question did not have, or clearly means it."""
    asked = question.casefold()
    fresh = {word: weight for word, weight in goals.points[point].items() if word not in asked}
    if recall(fresh, reading.words) > 0:
        return True
    means: bool = bool((lead(np.clip(reading.vectors @ goals.vectors.T, 0, 1))[:, point] > 0.08).any())  # noqa: PLR2004 # lessons
    return means

"""The evidence that a sentence contradicts a point."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from feynman.domain import Language
from feynman.engines.builtin.opposition.compare import MEASURES
from feynman.engines.builtin.opposition.conflict import weighed
from feynman.engines.builtin.opposition.prepare import prepare

__all__ = ["EVIDENCE", "aligned", "conflict", "denies", "evidence"]

EVIDENCE: Final[tuple[str, ...]] = (*(name for _, names in MEASURES for name in names), "conflict", "conflict_settled")
"""The features' names, in the order of ``evidence``; each feature is 0-1."""


def evidence(sentence: str, point: str, language: Language) -> NDArray[np.float32]:
    """What speaks for and against ``sentence`` contradicting ``point``, ``(len(EVIDENCE),) float32``, 0-1 each."""
    said, meant = prepare(sentence, language), prepare(point, language)
    return np.array(weighed([value for measure, _ in MEASURES for value in measure(said, meant)]), np.float32)


def aligned(sentence: str, point: str, language: Language) -> float:
    """How much the sentence is about what the point says, by their words: 0-1."""
    said, meant = prepare(sentence, language), prepare(point, language)
    shared = len(said.ideas & meant.ideas)
    return shared / max(min(len(said.ideas), len(meant.ideas)), 1)


def conflict(sentence: str, point: str, language: Language) -> float:
    """How far the signs of opposition that can be named add up, by rule and without weights: 0-1."""
    return float(evidence(sentence, point, language)[EVIDENCE.index("conflict")])


def denies(sentence: str, language: Language) -> bool:
    """Whether something is denied in the sentence; "not only", 不停 and the like deny nothing."""
    return prepare(sentence, language).negated

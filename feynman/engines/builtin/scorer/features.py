"""What the words of a unit and of a point have in common, in numbers that mean the same in every language."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from feynman.domain import Language
from feynman.engines.builtin.opposition import EVIDENCE, evidence
from feynman.text.language import detect_language
from feynman.text.tokens import bigrams, content_words, words

__all__ = ["NAMES", "Wording", "language_of", "pair_features", "wording"]

_ASKED: Final = 0.25  # a word that the question or the topic has already
_MOST_WORDS: Final = 400
_NEGATIONS: Final = frozenset(
    """
    not no never cannot can't don't doesn't didn't isn't aren't wasn't weren't won't wouldn't neither nor none without
    nothing unable 不 没 没有 非 无
    """.split()  # noqa: SIM905 # a table of words reads best as running text
)

NAMES: Final[tuple[str, ...]] = (
    *("recall", "precision", "plain_recall", "plain_precision", "fresh_recall", "fresh_precision"),
    *("nothing_fresh", "nothing_asked", "asked_in_unit", "asked_in_point"),
    *("unit_words", "point_words", "fresh_words", "length_ratio", "every_recall", "every_precision"),
    *("unit_negations", "point_negations", "one_negates", "odd_negations"),
    *("point_has_numbers", "number_recall", "new_numbers"),
    *(f"evidence_{name}" for name in EVIDENCE),
)
"""The features of a pair in order; each is about 0-1, words are counted as ``log(1 + n)``."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Content words with pairs of Chinese characters, all words, numbers, and how many negations (0-2)."""

    content: frozenset[str]
    every: frozenset[str]
    numbers: frozenset[str]
    negations: int


@lru_cache(maxsize=1024)
def wording(text: str) -> Wording:
    """Read the words of ``text``."""
    every = words(text)[:_MOST_WORDS]
    content = frozenset([*content_words(text, "en")[:_MOST_WORDS], *bigrams(text)[:_MOST_WORDS]])
    numbers = frozenset(word for word in every if word[0].isdigit())
    return Wording(content, frozenset(every), numbers, min(2, sum(word in _NEGATIONS for word in every)))


def pair_features(unit: str, point: str, asked: str) -> NDArray[np.float32]:
    """Measure how the words of ``unit`` answer those of ``point``, ``(len(NAMES),) float32``.

    ``asked`` holds topic and question, whose words count little.
    """
    said, meant, known = wording(unit), wording(point), wording(asked)
    return np.concatenate(
        [
            np.array(_overlaps(said, meant, known) + _signs(said, meant, known), np.float32),
            evidence(unit, point, language_of(point)),
        ]
    )


def language_of(text: str) -> Language:
    """The language whose rules ``text`` is read with."""
    return detect_language(text, "en")


def _overlaps(said: Wording, meant: Wording, known: Wording) -> list[float]:
    fresh_said, fresh_meant = said.content - known.content, meant.content - known.content
    return [
        _weighted(meant.content, said.content, known.content),
        _weighted(said.content, meant.content, known.content),
        _share(meant.content, said.content),
        _share(said.content, meant.content),
        _share(fresh_meant, fresh_said),
        _share(fresh_said, fresh_meant),
        float(not fresh_said),
        float(not fresh_meant),
        _share(known.content, said.content),
        _share(known.content, meant.content),
        math.log1p(len(said.content)),
        math.log1p(len(meant.content)),
        math.log1p(len(fresh_said)),
        min(3.0, len(said.content) / (len(meant.content) + 1)),
        _share(meant.every, said.every),
        _share(said.every, meant.every),
    ]


def _signs(said: Wording, meant: Wording, known: Wording) -> list[float]:
    return [
        float(said.negations),
        float(meant.negations),
        float((said.negations > 0) != (meant.negations > 0)),
        float(said.negations % 2 != meant.negations % 2),
        float(bool(meant.numbers)),
        _share(meant.numbers, said.numbers),
        float(bool(said.numbers - meant.numbers - known.numbers)),
    ]


def _share(wanted: frozenset[str], found: frozenset[str]) -> float:
    return len(wanted & found) / len(wanted) if wanted else 0.0


def _weighted(wanted: frozenset[str], found: frozenset[str], known: frozenset[str]) -> float:
    total = len(wanted) - (1 - _ASKED) * len(wanted & known)
    both = wanted & found
    return (len(both) - (1 - _ASKED) * len(both & known)) / total if total else 0.0

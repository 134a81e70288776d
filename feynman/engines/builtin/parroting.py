"""Explanations that are copied from the reference."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from feynman.domain import Coverage, CoverageStatus, Language, Reference, Span
from feynman.engines.builtin.coverage import COVERED
from feynman.text.language import HAN
from feynman.text.stopwords import ENGLISH
from feynman.text.tokens import stem

__all__ = ["held_back", "parroted"]

_COPIED: Final = 0.6  # of a sentence's pairs of neighbouring words
# Of a text's pairs, those in copied sentences: at most 0.52 in the lessons of the starter topics and in FeynBench's
# tuning half, which are told in own words.
_WHOLE: Final = 0.6
_FEWEST: Final = {"en": 10, "zh": 20}  # pairs; what is shorter can hardly be said otherwise

_UNIT: Final = re.compile(rf"[{HAN}]|[^\W_{HAN}]+(?:['’][^\W_{HAN}]+)?")
_LITTLE_HAN: Final = frozenset("的了着过地得是在和与及或就都也而但把被让使会能可以这那它其一个很最们从到用要还")
_HELD: Final[CoverageStatus] = "partial"


def parroted(sentences: Sequence[Span], reference: Reference, language: Language) -> frozenset[int]:
    """Indices of the sentences copied from ``reference``, none unless they make up the greater part of the text.

    Little words may be changed. Whoever adds as much in own words has not parroted.
    """
    pairs = [_pairs(sentence.text) for sentence in sentences]
    wanted = {pair for each in pairs for pair in each}
    source = {pair for text in _source(reference) for pair in _pairs(text) if pair in wanted}
    copied = [at for at, each in enumerate(pairs) if each and _share(each, source) >= _COPIED]
    amount, whole = sum(len(pairs[at]) for at in copied), sum(map(len, pairs))
    return frozenset(copied) if amount >= max(_FEWEST[language], _WHOLE * whole) else frozenset()


def held_back(coverage: Sequence[Coverage], earlier: Sequence[Coverage], copies: Sequence[str]) -> list[Coverage]:
    """What copied sentences (``copies``) newly cover counts as partly said until it is said in own words."""
    known = {entry.index for entry in earlier if entry.status == "covered"}
    return [
        entry.model_copy(update={"status": _HELD, "score": min(entry.score, COVERED - 0.01)})
        if entry.status == "covered" and entry.index not in known and entry.quote in copies
        else entry
        for entry in coverage
    ]


def _source(reference: Reference) -> list[str]:
    points = [point.text for point in reference.points]
    return points if reference.text is None else [*points, reference.text]


def _share(pairs: list[tuple[str, str]], source: set[tuple[str, str]]) -> float:
    return sum(pair in source for pair in pairs) / len(pairs)


def _pairs(text: str) -> list[tuple[str, str]]:
    """Neighbouring words without the little ones; Chinese characters stand for themselves."""
    units = [unit for unit in _UNIT.findall(text.lower()) if unit not in ENGLISH and unit not in _LITTLE_HAN]
    return list(pairwise(stem(unit) for unit in units))

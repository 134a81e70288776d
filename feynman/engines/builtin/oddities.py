"""What is odd about a reference's key points: said twice, against one another, questions, too long for one claim."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from feynman.domain import KeyPoint, Language, Notice, Reference
from feynman.engines.builtin.opposition import opposition
from feynman.engines.builtin.reading import Encoder, Vectors
from feynman.text.language import has_han
from feynman.text.sentences import split_sentences
from feynman.text.tokens import content_words

__all__ = ["Oddities", "condensed", "oddities"]

_LONG: Final = {True: 160, False: 500}  # code points of a Chinese and of another point; the library's have 60 and 180
_NEAR: Final = 0.6  # cosine; below it two points are about different things
_SAME_MEANING: Final = 0.85  # cosine
_SAME_WORDS: Final = 0.75
_AGAINST: Final = 0.7  # where feynman.engines.builtin.opposition was always right on held-out pairs
_SUSPECTED: Final = 0.5
_CONDITION: Final = re.compile(
    r"\s*(?:if|when|where|while|as long as|in|during|after|before|with)\b|如果|要是|假如|只要|当|在", re.IGNORECASE
)
_CLAUSE_END: Final = re.compile("[,，;；]")
_MOST_PAIRS: Final = 60  # of points that are near: 1.4 ms each (measured)


@dataclass(frozen=True, slots=True)
class Oddities:
    """Indices of key points, ascending: groups of ``duplicates``, ``contradicting`` pairs, ``questions``, ``long``."""

    duplicates: tuple[tuple[int, ...], ...] = ()
    contradicting: tuple[tuple[int, int], ...] = ()
    questions: tuple[int, ...] = ()
    long: tuple[int, ...] = ()

    @property
    def unasked(self) -> frozenset[int]:
        """Points that are never counted as missing: questions, and all but the first that say the same."""
        return frozenset(self.questions).union(*(group[1:] for group in self.duplicates))

    @property
    def disputed(self) -> frozenset[int]:
        """Points that nobody can be held to, since another point says the opposite."""
        return frozenset(index for pair in self.contradicting for index in pair)

    def notices(self) -> Iterator[Notice]:
        """One notice for each pair and group, one for all questions and one for all long points."""
        for pair in self.contradicting:
            yield Notice(code="contradicting_points", points=pair)
        for group in self.duplicates:
            yield Notice(code="duplicate_points", points=group)
        if self.questions:
            yield Notice(code="question_points", points=self.questions)
        if self.long:
            yield Notice(code="long_points", points=self.long)


def oddities(reference: Reference, vectors: Vectors, language: Language) -> Oddities:
    """Look at the points of ``reference``; ``vectors`` are theirs, ``(n, d)``. The starter library has none."""
    if reference.source == "library":
        return Oddities()
    texts = [point.text for point in reference.points]
    near = vectors @ vectors.T
    against, same = [], []
    for one, other in _near_pairs(near):
        relation = _relation(texts[one], texts[other], language, round(float(near[one, other]), 3))
        if relation == "against":
            against.append((one, other))
        elif relation == "same":
            same.append((one, other))
    return Oddities(
        duplicates=tuple(_groups(same)),
        contradicting=tuple(against),
        questions=tuple(at for at, text in enumerate(texts) if text.rstrip("\"'”’」』)） ").endswith(("?", "？"))),
        long=tuple(at for at, text in enumerate(texts) if _is_long(text)),
    )


def condensed(reference: Reference, language: Language, encoder: Encoder) -> Reference:
    """``reference`` with each point that is too long for one claim replaced by its most central sentence."""
    if not any(_is_long(point.text) for point in reference.points):
        return reference
    points = tuple(
        KeyPoint(text=_core(point.text, language, encoder)) if _is_long(point.text) else point
        for point in reference.points
    )
    return reference.model_copy(update={"points": points})


def _is_long(text: str) -> bool:
    return len(text) > _LONG[has_han(text)]


def _core(text: str, language: Language, encoder: Encoder) -> str:
    sentences = [span.text for span in split_sentences(text, language)]
    vectors = encoder.encode(sentences)
    return sentences[int((vectors @ vectors.sum(axis=0)).argmax())]


def _near_pairs(near: Vectors) -> list[tuple[int, int]]:
    """The nearest pairs of different points, in order of their indices."""
    firsts, seconds = np.nonzero(np.triu(near >= _NEAR, k=1))
    pairs = sorted(zip(firsts.tolist(), seconds.tolist(), strict=True), key=lambda pair: -near[pair])
    return sorted(pairs[:_MOST_PAIRS])


@lru_cache(maxsize=1024)
def _relation(one: str, other: str, language: Language, similarity: float) -> str | None:
    """Whether two points are "against" one another, say the "same", or neither.

    Points that only set two things apart ("solar", "lunar") begin with what the other one does not name.
    """
    first, second = content_words(one, language), content_words(other, language)
    if _letters(one) == _letters(other):
        return "same"
    if not first or not second:
        return None
    doubt = max(
        opposition(one, other, language, similarity=similarity), opposition(other, one, language, similarity=similarity)
    )
    if doubt >= _AGAINST and _same_case(one, other) and first[0] in second and second[0] in first:
        return "against"
    shared = len({*first} & {*second}) / len({*first} | {*second})
    return "same" if doubt < _SUSPECTED and similarity >= _SAME_MEANING and shared >= _SAME_WORDS else None


def _same_case(one: str, other: str) -> bool:
    """Whether neither point sets its own condition: "if it rains", "if it is dry" speak of different cases."""
    first, second = _CLAUSE_END.split(one, maxsplit=1)[0], _CLAUSE_END.split(other, maxsplit=1)[0]
    return not (_CONDITION.match(first) and _CONDITION.match(second)) or _letters(first) == _letters(second)


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _groups(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Points that are the same as one another, each group once."""
    groups: list[set[int]] = []
    for one, other in pairs:
        known = next((group for group in groups if one in group or other in group), None)
        if known is None:
            groups.append({one, other})
        else:
            known.update((one, other))
    return [tuple(sorted(group)) for group in groups]

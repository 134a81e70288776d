"""Choosing the sentences that a text is about."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from feynman.references.claims import Claim
from feynman.text.language import HAN, has_han
from feynman.text.stopwords import ENGLISH
from feynman.text.tokens import stem

__all__ = ["Encoder", "choose"]

# Weights set by hand on the tuning half of tests/data/references, where halving or doubling any one of them changes
# no more than two sentences; figures of the other half: python -m bench.references
_CENTRAL: Final = 1.0
_TOPIC: Final = 0.3
_SHARED_WORDS: Final = 0.5
_ABOUT: Final = 0.4
_FIRST: Final = 0.2
_TELLS: Final = 0.3
_POINTS_BACK: Final = 0.5
_LINKS: Final = 0.15
_ADDRESSES: Final = 0.15
_SHOUTS: Final = 0.2
_LONG: Final = 0.1
_NEW_SECTION: Final = 0.6
_REPEATS: Final = 0.8

_SAME: Final = 0.85  # cosine; two sentences that near say the same, unless one denies it
_MOST_READ: Final = 400  # sentences that are embedded: 0.8 ms each (measured)
_OPENING: Final = 24  # characters, about four English words
_OPENING_HAN: Final = 6
_SHORT_WORD: Final = 2
_RUN: Final = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_FUNCTION_HAN: Final = frozenset("的了着过是在和与有就都也而但把被让使会能可以这那它其一个不很最们中上下里为从到用要还")
_DENIAL: Final = re.compile(r"\b(?:not?|never|nor?|without|cannot|\w+n['’]t)\b|[不没无非未]", re.IGNORECASE)
_FIGURE: Final = re.compile(r"\d+")

Vectors = NDArray[Any]


class Encoder(Protocol):
    """What reading a text needs of ``feynman.text.embedding.Embedder``."""

    def encode(self, texts: list[str], /) -> Vectors:
        """Return unit rows, ``(n, d) float32``."""
        ...


def choose(claims: Sequence[Claim], topic: str, count: int, encoder: Encoder) -> list[Claim]:
    """Return at most ``count`` of ``claims`` in their order: central, about the topic, from all parts, no two the same.

    Of more than ``_MOST_READ`` only those with the words most sentences share are looked at.
    """
    if not claims:
        return []
    words = [_words(claim.text) for claim in claims]
    shared = _shared(words)
    read = sorted(np.argsort(-shared, kind="stable")[:_MOST_READ].tolist())
    vectors = encoder.encode([topic, *(claims[at].text for at in read)])
    likeness = vectors[1:] @ vectors[1:].T
    np.fill_diagonal(likeness, 0)
    worth = (
        _CENTRAL * _spread(np.clip(likeness, 0, None).mean(axis=1))
        + _TOPIC * _spread(vectors[1:] @ vectors[0])
        + _SHARED_WORDS * _spread(shared[read])
        + _ABOUT * np.array([_opens_with(claims[at].text, topic) for at in read])
        + np.array([_form(claims[at]) for at in read])
    )
    picked = _diverse([claims[at] for at in read], worth, likeness, count)
    return [claims[read[at]] for at in sorted(_with_antecedents([claims[at] for at in read], picked, read))]


def _diverse(claims: Sequence[Claim], worth: Vectors, likeness: Vectors, count: int) -> list[int]:
    """Indices, the best first: worth, less what is said already, more for a part of the text not heard yet."""
    left, picked, parts = list(range(len(claims))), list[int](), set[object]()
    nearest = np.zeros(len(claims))
    while left and len(picked) < count:
        value = [worth[at] - _REPEATS * nearest[at] + _NEW_SECTION * (claims[at].part not in parts) for at in left]
        best = left.pop(int(np.argmax(value)))
        if any(likeness[best, at] >= _SAME and _agree(claims[best].text, claims[at].text) for at in picked):
            continue
        picked.append(best)
        parts.add(claims[best].part)
        nearest = np.maximum(nearest, likeness[best])
    return picked


def _with_antecedents(claims: Sequence[Claim], picked: list[int], read: list[int]) -> list[int]:
    """A picked sentence that points back brings the one before it along, in place of the least of the others."""
    kept = list(picked)
    for at in picked:
        before = claims[at].before if claims[at].points_back else None
        if before is None or at not in kept or before not in read or read.index(before) in kept:
            continue
        others = [other for other in kept if other != at]
        if others:
            kept.remove(others[-1])
            kept.append(read.index(before))
    return kept


def _form(claim: Claim) -> float:
    """What the sentence's form is worth."""
    return (
        _FIRST * (claim.place == 0)
        + _TELLS * claim.tells
        - _POINTS_BACK * claim.points_back
        - _LINKS * claim.links
        - _ADDRESSES * claim.addresses
        - _SHOUTS * claim.shouts
        - _LONG * claim.long
    )


def _opens_with(text: str, topic: str) -> bool:
    """Whether the topic, or a word of it, is what the sentence begins with."""
    reach = _OPENING_HAN if has_han(text) else _OPENING
    return not _words(topic).isdisjoint(_words(text[:reach]))


def _agree(one: str, other: str) -> bool:
    """Whether two sentences have as many denials and the same figures: only then may one stand for the other."""
    return len(_DENIAL.findall(one)) == len(_DENIAL.findall(other)) and set(_FIGURE.findall(one)) == set(
        _FIGURE.findall(other)
    )


def _spread(values: Vectors) -> Vectors:
    """``values`` between 0 and 1."""
    low, high = float(values.min()), float(values.max())
    return np.asarray((values - low) / (high - low)) if high > low else np.zeros(len(values))


def _shared(words: Sequence[frozenset[str]]) -> Vectors:
    """How much of each sentence's words other sentences have too; long sentences gain nothing by their length."""
    counts = Counter(word for each in words for word in each)
    return np.array([sum(np.log(counts[word]) for word in each) / max(len(each), 1) ** 0.5 for each in words])


def _words(text: str) -> frozenset[str]:
    """Stems, and pairs of Chinese characters: segmenting a book into words would take seconds."""
    found: list[str] = []
    for run in _RUN.findall(text.lower()):
        if run[0] > "\u2e7f":
            pairs = (run[at : at + 2] for at in range(len(run) - 1))
            found.extend(pair for pair in pairs if _FUNCTION_HAN.isdisjoint(pair))
        elif len(run) > _SHORT_WORD and run not in ENGLISH:
            found.append(stem(run))
    return frozenset(found)

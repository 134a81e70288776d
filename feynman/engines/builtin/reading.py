"""A text as the rules see it: sentences, windows of two, their words and vectors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from feynman.domain import Language, Span
from feynman.text.sentences import split_sentences, trimmed
from feynman.text.subwords import Subwords
from feynman.text.tokens import bigrams, content_words

__all__ = ["MAX_SENTENCES", "Encoder", "Reading", "Unit", "read", "word_set"]

MAX_SENTENCES: Final = 200  # what a turn of 20,000 characters may cost is bounded by this
_MAX_WINDOWED: Final = 80  # beyond it a sentence stands alone: long texts say things more than once

Vectors = NDArray[Any]


class Encoder(Protocol):
    """What the rules need of ``feynman.text.embedding.Embedder``."""

    def encode(self, texts: list[str], /) -> Vectors:
        """Return unit rows, ``(n, d) float32``."""
        ...

    def pieces(self, texts: Sequence[str], /) -> list[Subwords]:
        """Return the pieces of words of each text."""
        ...


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, or two that follow one another; ``first`` and ``last`` are indices of sentences.

    ``content`` are its content words, ``words`` those and its pairs of characters.
    """

    span: Span
    first: int
    last: int
    words: frozenset[str]
    content: frozenset[str]

    @property
    def single(self) -> bool:
        """Whether it is one sentence."""
        return self.first == self.last


@dataclass(frozen=True)
class Reading:
    """A text with its sentences and units; ``vectors`` is ``(len(units), d)``, ``pieces`` those of the sentences."""

    text: str
    language: Language
    sentences: tuple[Span, ...]
    units: tuple[Unit, ...]
    vectors: Vectors
    pieces: tuple[Subwords, ...]
    words: frozenset[str] = field(default_factory=frozenset)

    @property
    def singles(self) -> list[int]:
        """Indices of the units that are one sentence; they stand in front, in order."""
        return list(range(len(self.sentences)))


def read(text: str, language: Language, encoder: Encoder) -> Reading:
    """Read the first ``MAX_SENTENCES`` sentences of ``text``."""
    sentences = tuple(split_sentences(text, language)[:MAX_SENTENCES])
    units = [_single(at, sentence, language) for at, sentence in enumerate(sentences)]
    if len(sentences) <= _MAX_WINDOWED:
        units += _pairs(text, units)
    vectors = _vectors(encoder.encode([sentence.text for sentence in sentences]), units)
    pieces = tuple(encoder.pieces([sentence.text for sentence in sentences]))
    words = frozenset(word for unit in units for word in unit.words)
    return Reading(text, language, sentences, tuple(units), vectors, pieces, words)


def word_set(text: str, language: Language) -> frozenset[str]:
    """The content words of ``text`` and, for Chinese, its character pairs: two ways to say it often share one."""
    found: Iterable[str] = content_words(text, language)
    return frozenset([*found, *bigrams(text)])


def _vectors(sentences: Vectors, units: list[Unit]) -> Vectors:
    """One row per unit; a window's is the mean of its sentences'.

    Encoding windows costs twice as much as all sentences and finds key points no better (area under the curve 0.95 on
    FeynBench both ways: ``python -m bench.training.coverage``).
    """
    if not len(sentences):
        return np.zeros((0, 1), np.float32)
    rows = sentences[[unit.first for unit in units]] + sentences[[unit.last for unit in units]]
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def _single(at: int, sentence: Span, language: Language) -> Unit:
    content = frozenset(content_words(sentence.text, language))
    return Unit(sentence, at, at, content | frozenset(bigrams(sentence.text)), content)


def _pairs(text: str, singles: list[Unit]) -> list[Unit]:
    pairs = []
    for one, other in pairwise(singles):
        span = trimmed(text, one.span.start, other.span.end)
        if span is not None:
            pairs.append(Unit(span, one.first, other.last, one.words | other.words, one.content | other.content))
    return pairs

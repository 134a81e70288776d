"""How hard a word is for a learner, and how likely it is a term that wants explaining; the same in both languages."""

import re
from collections.abc import Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np

from feynman.domain import Language
from feynman.engines.builtin.lexicon import read_toml
from feynman.engines.builtin.reading import Encoder, Vectors
from feynman.text.language import has_han
from feynman.text.tokens import words

__all__ = ["complexity", "features", "frequency", "technical"]

_UNLISTED: Final = 2.8  # Zipf; the small lists of wordfreq end at 3.0, once in a million words
_MIDDLE: Final = 4.0
_SYLLABLES: Final = re.compile("[aeiouy]+")
_INFLECTED: Final = MappingProxyType({"s": "", "es": "", "ies": "y", "ed": "", "d": "", "ing": ""})


def technical(terms: Sequence[str], language: Language, encoder: Encoder) -> Vectors:
    """How likely each of ``terms`` is jargon, ``(n,)``, 0-1; logistic regression on meaning and frequency.

    Trained by ``bench.training.complexity`` on a school glossary against everyday words in both languages.
    """
    logits = features(terms, language, encoder) @ _weights("technical")
    return np.asarray(1 / (1 + np.exp(-logits)))


def complexity(terms: Sequence[str], language: Language, encoder: Encoder) -> Vectors:
    """How hard each of ``terms`` is to read, ``(n,)``, about 0-1, on the scale of CompLex (LCP-2021, CC BY 4.0)."""
    return np.asarray(features(terms, language, encoder) @ _weights("complexity"))


def features(terms: Sequence[str], language: Language, encoder: Encoder) -> Vectors:
    """Vector, frequency of the rarest part and of all parts, letters, syllables and a constant, ``(n, d + 5)``."""
    lowered = [term.lower() for term in terms]
    return np.hstack([encoder.encode(lowered), np.array([_shape(term, language) for term in lowered])])


@lru_cache(maxsize=8192)
def frequency(word: str, language: Language) -> float:
    """Zipf frequency (3: once in a million words) of a lower-case word or what it is inflected from; 2.8 when rarer."""
    listed = _frequencies(language)
    bases = (word.removesuffix(ending) + base for ending, base in _INFLECTED.items() if word.endswith(ending))
    return max(listed.get(form, _UNLISTED) for form in (word, *bases))


def _shape(term: str, language: Language) -> list[float]:
    rates = [frequency(word, language) for word in words(term)] or [_UNLISTED]
    whole = _frequencies(language).get(term)
    rates = rates if whole is None else [whole]
    han = has_han(term)
    letters, syllables = (3 * len(term), len(term)) if han else (len(term), len(_SYLLABLES.findall(term)))
    mean = sum(rates) / len(rates)
    return [(min(rates) - _MIDDLE) / 2, (mean - _MIDDLE) / 2, min(letters, 20) / 10, min(syllables, 8) / 4, 1.0]


@lru_cache(maxsize=2)
def _frequencies(language: Language) -> dict[str, float]:
    """The small list: 30,000 to 40,000 words, 7 ms and 3 MB each (measured)."""
    from wordfreq import get_frequency_list  # noqa: PLC0415 # loaded with the first rare word, not at import

    buckets = enumerate(get_frequency_list(language, "small"))
    return {word: 9 - centibels / 100 for centibels, bucket in buckets for word in bucket}


@lru_cache(maxsize=2)
def _weights(name: str) -> Vectors:
    return np.array(read_toml("difficulty.toml")[name])

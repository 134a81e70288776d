"""Opposites and markers of one language, read from the TOML files beside this module."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from feynman.domain import Language
from feynman.text.tokens import stem

__all__ = ["Side", "Vocabulary", "read_toml", "vocabulary"]

Side = tuple[int, int]
"""An opposition's number, and which of its two sides a word is on: 1 or -1."""

_LONG_ADJECTIVE: Final = 8  # longer ones take "more" and "most"
_GRADE_BEFORE: Final = "变更越最较很太"


@dataclass(frozen=True)
class Vocabulary:
    """``entries`` by the first word (or character) of each saying, longest first; ``graded`` are words with degrees.

    An entry without sides hides its words from the shorter entries in it. ``rivals`` are the kinds of things that a
    key names; the first ``degrees`` oppositions are those with degrees, the first ``changes`` those
    and what changes by degrees.
    """

    language: Language
    entries: Mapping[str, tuple[tuple[tuple[str, ...], tuple[Side, ...]], ...]]
    graded: frozenset[str]
    forms: Mapping[str, str]
    patterns: Mapping[str, re.Pattern[str]]
    symmetric: frozenset[str]
    empty: frozenset[str]
    rivals: Mapping[str, frozenset[int]]
    degrees: int
    changes: int

    def base(self, word: str) -> str:
        """The word's stem, of an irregular or compared form that of its base."""
        return stem(self.forms.get(word, word))


@lru_cache(maxsize=2)
def vocabulary(language: Language) -> Vocabulary:
    """The vocabulary of ``language``; read from disk once."""
    words, markers = read_toml(f"antonyms_{language}.toml"), read_toml(f"markers_{language}.toml")
    symmetric, empty = (frozenset(markers.pop(name).split()) for name in ("symmetric", "empty"))
    patterns = {name: re.compile(text) for name, text in markers.items()}
    graded = frozenset(word for row in words["graded"] for side in row for word in _listed(side))
    forms = {**words.get("irregular", {}), **(_compared(graded) if language == "en" else {})}
    sides: dict[tuple[str, ...], list[Side]] = defaultdict(list)
    for number, row in enumerate([*words["graded"], *words["changes"], *words["pairs"]]):
        for side, texts in zip((1, -1), row, strict=True):
            for text in _listed(texts):
                for form in _written(text, language, graded=text in graded):
                    found = sides[_cut(form, forms, language)]
                    if (number, side) not in found:
                        found.append((number, side))
    separator = "," if language == "en" else None
    for text in words["apart"].strip().strip(",").split(separator):
        sides.setdefault(_cut(text.strip(), forms, language), [])
    return Vocabulary(
        language,
        _by_first(sides),
        graded,
        MappingProxyType(forms),
        MappingProxyType(patterns),
        symmetric,
        empty,
        _rivals(language, forms),
        len(words["graded"]),
        len(words["graded"]) + len(words["changes"]),
    )


def read_toml(name: str) -> dict[str, Any]:
    """Read one of the data files beside this module."""
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


def _rivals(language: Language, forms: Mapping[str, str]) -> Mapping[str, frozenset[int]]:
    kinds: dict[str, set[int]] = defaultdict(set)
    for number, row in enumerate(read_toml("rivals.toml")[language]):
        for word in _listed(row):
            kinds["".join(_cut(word, forms, language)[-1:]) if language == "en" else word].add(number)
    return MappingProxyType({word: frozenset(found) for word, found in kinds.items()})


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def _written(text: str, language: Language, *, graded: bool) -> Iterable[str]:
    """A saying and, of a Chinese word with degrees, its forms with 更, 越, 最 and the like."""
    yield text
    if graded and language == "zh":
        yield from (before + text for before in _GRADE_BEFORE)
        yield from (f"{text}于", f"{text}得多", f"{text}很多", f"{text}一些")


def _cut(text: str, forms: Mapping[str, str], language: Language) -> tuple[str, ...]:
    if language == "zh":
        return tuple(text)
    return tuple(stem(forms.get(word, word)) for word in text.replace("-", " ").split())


def _compared(words: Iterable[str]) -> dict[str, str]:
    """The forms in -er and -est of short English adjectives, with the adjective they belong to."""
    forms = {}
    for word in words:
        if len(word) <= _LONG_ADJECTIVE and " " not in word:
            root = _root(word)
            forms.update({f"{root}er": word, f"{root}est": word})
    return forms


def _root(word: str) -> str:
    if word.endswith("e"):
        return word[:-1]
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}i"
    short = re.fullmatch(r"[^aeiou]*[aeiou][bdgmnpt]", word)
    return f"{word}{word[-1]}" if short else word


def _by_first(
    sides: Mapping[tuple[str, ...], list[Side]],
) -> Mapping[str, tuple[tuple[tuple[str, ...], tuple[Side, ...]], ...]]:
    grouped: dict[str, list[tuple[tuple[str, ...], tuple[Side, ...]]]] = defaultdict(list)
    for saying, found in sides.items():
        grouped[saying[0]].append((saying, tuple(found)))
    return MappingProxyType(
        {first: tuple(sorted(entries, key=lambda entry: -len(entry[0]))) for first, entries in grouped.items()}
    )

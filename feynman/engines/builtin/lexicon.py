"""The words and patterns that the rules look for, per language; they stand in TOML files beside the code."""

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from feynman.domain import Language, Span

__all__ = ["Lexicon", "lexicon", "read_toml"]

_WORD_LISTS: Final = ("generic", "opposites", "directions")


class Lexicon:
    """The patterns of one language, compiled, by name."""

    def __init__(self, entries: dict[str, Any]) -> None:
        self._patterns = MappingProxyType(
            {name: re.compile(text, re.IGNORECASE) for name, text in entries.items() if name not in _WORD_LISTS}
        )
        self._sources = MappingProxyType({name: str(text) for name, text in entries.items()})
        self.generic: frozenset[str] = frozenset(entries["generic"].split())
        self.opposites: tuple[tuple[str, str], ...] = tuple((one, other) for one, other in entries["opposites"])
        self.directions: tuple[tuple[str, str], ...] = tuple((one, other) for one, other in entries["directions"])

    def has(self, name: str, text: str) -> bool:
        """Whether the pattern occurs in ``text``."""
        return self._patterns[name].search(text) is not None

    def find(self, name: str, text: str) -> Span | None:
        """The pattern's first occurrence."""
        match = self._patterns[name].search(text)
        return None if match is None else Span(start=match.start(), end=match.end(), text=match.group())

    def count(self, name: str, text: str) -> int:
        """How often the pattern occurs."""
        return sum(1 for _ in self.each(name, text))

    def each(self, name: str, text: str) -> Iterator[Span]:
        """All occurrences in order."""
        for match in self._patterns[name].finditer(text):
            yield Span(start=match.start(), end=match.end(), text=match.group())

    def source(self, name: str) -> str:
        """The pattern's text, to build a longer one from."""
        return self._sources[name]


@lru_cache(maxsize=2)
def lexicon(language: Language) -> Lexicon:
    """The lexicon of ``language``; read from disk once."""
    return Lexicon(read_toml(f"lexicon_{language}.toml"))


def read_toml(name: str) -> dict[str, Any]:
    """Read one of the data files beside this module."""
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))

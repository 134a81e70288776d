"""What every search provider is."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final, Protocol

from feynman.domain import Frozen, Language

__all__ = ["SearchProvider", "SearchResult", "results_from"]

_SCHEMES: Final = ("http://", "https://")


class SearchResult(Frozen):
    """One hit, as the provider gave it: nothing in it is to be trusted."""

    title: str
    url: str
    text: str


class SearchProvider(Protocol):
    """Somebody who searches the web."""

    @property
    def name(self) -> str:
        """The provider's name."""
        ...

    async def search(self, query: str, language: Language, limit: int) -> list[SearchResult]:
        """Return at most ``limit`` hits, best first.

        Raises:
            ToolFailed: there was no answer that can be used.
        """
        ...

    async def close(self) -> None:
        """Release connections and threads."""
        ...


def results_from(entries: Iterable[Any], keys: Mapping[str, str], limit: int) -> list[SearchResult]:
    """Take the first ``limit`` entries that are hits on the web; ``keys`` says what theirs are for title, url, text."""
    found = (_result(entry, keys) for entry in entries)
    return list(islice((result for result in found if result is not None), limit))


def _result(entry: object, keys: Mapping[str, str]) -> SearchResult | None:
    if not isinstance(entry, Mapping):
        return None
    fields = {field: _text(entry.get(key)) for field, key in keys.items()}
    if not fields["url"].lower().startswith(_SCHEMES) or not (fields["title"] or fields["text"]):
        return None
    return SearchResult(**fields)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

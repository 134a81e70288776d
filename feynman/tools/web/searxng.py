"""SearXNG, a search engine that one hosts oneself."""

from collections.abc import Mapping
from typing import Final

import httpx

from feynman.domain import ConfigurationError, Language
from feynman.tools.errors import ToolFailed
from feynman.tools.web.fetch import fetch_json
from feynman.tools.web.provider import SearchResult, results_from

__all__ = ["SearxngSearch"]

_KEYS: Final = {"title": "title", "url": "url", "text": "content"}
_LANGUAGES: Final[Mapping[Language, str]] = {"en": "en", "zh": "zh-CN"}
_STRICT: Final = "2"  # learners may be children


class SearxngSearch:
    """Asks the JSON API of the instance at ``url``; ``json`` must be among its ``search.formats`` (else it says 403).

    https://docs.searxng.org/dev/search_api.html

    Raises:
        ConfigurationError: ``url`` is none of http or https.
    """

    name = "searxng"

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        if not _is_web(url):
            raise ConfigurationError("FEYNMAN_SEARXNG_URL must be like https://search.example.org")
        self._url = f"{url.rstrip('/')}/search"
        self._client = client

    async def search(self, query: str, language: Language, limit: int) -> list[SearchResult]:
        """Return at most ``limit`` hits, best first.

        Raises:
            ToolFailed: there was no answer that can be used.
        """
        wanted = {"q": query, "format": "json", "language": _LANGUAGES[language], "safesearch": _STRICT}
        answer = await fetch_json(self._client, self._client.build_request("GET", self._url, params=wanted))
        if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
            raise ToolFailed("unusable", "no results in the answer")
        return results_from(answer["results"], _KEYS, limit)

    async def close(self) -> None:
        """Close the client."""
        await self._client.aclose()


def _is_web(url: str) -> bool:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return parsed.scheme in {"http", "https"} and parsed.host != ""

"""Tavily, a search service for models."""

from typing import Final

import httpx
from pydantic import SecretStr

from feynman.domain import Language
from feynman.tools.errors import ToolFailed
from feynman.tools.web.fetch import fetch_json
from feynman.tools.web.provider import SearchResult, results_from

__all__ = ["TavilySearch"]

_URL: Final = "https://api.tavily.com"
_KEYS: Final = {"title": "title", "url": "url", "text": "content"}


class TavilySearch:
    """Asks Tavily with a key; its own summary of an answer is not asked for.

    https://docs.tavily.com/documentation/api-reference/endpoint/search
    """

    name = "tavily"

    def __init__(self, key: SecretStr, client: httpx.AsyncClient, *, url: str = _URL) -> None:
        self._key = key
        self._client = client
        self._url = f"{url.rstrip('/')}/search"

    async def search(self, query: str, language: Language, limit: int) -> list[SearchResult]:
        """Return at most ``limit`` hits, best first; Tavily takes the language from the query.

        Raises:
            ToolFailed: there was no answer that can be used.
        """
        del language
        request = self._client.build_request(
            "POST",
            self._url,
            json={"query": query, "max_results": limit, "search_depth": "basic", "include_answer": False},
            headers={"Authorization": f"Bearer {self._key.get_secret_value()}"},
        )
        answer = await fetch_json(self._client, request)
        if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
            raise ToolFailed("unusable", "no results in the answer")
        return results_from(answer["results"], _KEYS, limit)

    async def close(self) -> None:
        """Close the client."""
        await self._client.aclose()

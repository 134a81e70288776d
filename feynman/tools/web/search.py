"""The tool that searches the web."""

from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import Field

from feynman.domain import Language
from feynman.tools.quoting import one_line, quoted
from feynman.tools.tool import Arguments, ToolContext
from feynman.tools.web.provider import SearchProvider, SearchResult
from feynman.tools.wording import describe, nothing

__all__ = ["WebSearch", "WebSearchArguments"]

_MOST: Final = 5
_KEEP_SECONDS: Final = 3_600.0
_TITLE: Final = 120
_HOST: Final = 80


class WebSearchArguments(Arguments):
    """A query."""

    query: Annotated[str, Field(min_length=1, max_length=200, description="what to search for, in a few words")]


class WebSearch:
    """Asks ``provider`` and quotes titles, hosts and summaries; no page is visited."""

    name: Final = "web_search"
    arguments = WebSearchArguments
    keep_seconds = _KEEP_SECONDS

    def __init__(self, provider: SearchProvider) -> None:
        self._provider = provider

    def description(self, language: Language) -> str:
        """Tell the model what it is for."""
        return describe(self.name, language)

    async def run(self, arguments: WebSearchArguments, context: ToolContext) -> str:
        """Return at most five hits, quoted.

        Raises:
            ToolFailed: the provider gave nothing.
        """
        query = one_line(arguments.query, len(arguments.query))
        found = await self._provider.search(query, context.language, _MOST) if query else []
        if not found:
            return nothing(self.name, context.language)
        return quoted(self.name, [_line(result) for result in found], context.language)


def _line(result: SearchResult) -> str:
    return f"{one_line(result.title, _TITLE)} ({one_line(_host(result.url), _HOST)}): {result.text}"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""

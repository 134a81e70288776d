"""ddgs, which reads the result pages of public search engines and needs no key."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from feynman.domain import Language
from feynman.tools.errors import ToolFailed
from feynman.tools.web.provider import SearchResult, results_from

__all__ = ["DdgsSearch"]

_KEYS: Final = {"title": "title", "url": "href", "text": "body"}
_REGIONS: Final[Mapping[Language, str]] = {"en": "us-en", "zh": "cn-zh"}
_SECONDS: Final = 4
# One after the other until there are enough hits; "auto" would try all seven, each for its timeout.
_ENGINES: Final = "duckduckgo,brave"
_AT_ONCE: Final = 2


class DdgsSearch:
    """Asks DuckDuckGo and Brave by the library ddgs, on two threads of its own.

    The library brings its own HTTP client, which the guard against private addresses is not in: it goes to the
    engines' fixed hosts, and where they redirect. ``proxy`` is a URL; ``verify`` may name a file of certificates. A
    search that is cancelled ends in its thread by itself, after ``seconds`` for each engine.
    """

    name = "ddgs"

    def __init__(self, *, proxy: str | None = None, verify: bool | str = True, seconds: int = _SECONDS) -> None:
        self._proxy = proxy
        self._verify = verify
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="ddgs")

    async def search(self, query: str, language: Language, limit: int) -> list[SearchResult]:
        """Return at most ``limit`` hits, best first.

        Raises:
            ToolFailed: no engine gave an answer that can be used.
        """
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, self._ask, query, _REGIONS[language], limit)
        return results_from(found, _KEYS, limit)

    async def close(self) -> None:
        """Let the threads go; a search under way ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, query: str, region: str, limit: int) -> list[dict[str, Any]]:
        from ddgs import DDGS  # noqa: PLC0415 # only where it is switched on
        from ddgs.exceptions import DDGSException, RatelimitException, TimeoutException  # noqa: PLC0415 # as above

        client = DDGS(proxy=self._proxy, timeout=self._seconds, verify=self._verify)
        try:
            return client.text(query, region=region, safesearch="on", max_results=limit, backend=_ENGINES)
        except TimeoutException as error:
            raise ToolFailed("timed_out", "ddgs") from error
        except RatelimitException as error:
            raise ToolFailed("rate_limited", "ddgs") from error
        except DDGSException as error:
            if "No results" in str(error):
                return []
            raise ToolFailed("unreachable", type(error).__name__) from error

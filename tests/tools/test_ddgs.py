import asyncio
from pathlib import Path

import pytest

from feynman.tools import DdgsSearch, ToolFailed
from tests.tools.engines import EngineProxy
from tests.tools.web import Answer, Heard, plain_answer

PAGE = b"""<html><body><div class="results">
<div class="links_main links_deep result__body">
  <h2><a href="https://example.org/leaf">How   leaves &amp; light work</a></h2>
  <a href="https://example.org/leaf">Leaves take up light.</a>
</div>
<div class="result__body"><h2>Advert</h2><a href="https://duckduckgo.com/y.js?ad=1">buy</a></div>
<div class="result__body"><h2>Script</h2><a href="javascript:alert(1)">run</a></div>
</div></body></html>"""

DUCK, BRAVE = "html.duckduckgo.com", "search.brave.com"


def page(body: bytes, status: str = "200 OK") -> Answer:
    """Answer with HTML."""
    return plain_answer(status, body, "Content-Type: text/html; charset=utf-8")


async def _silent(_heard: Heard, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


def over(proxy: EngineProxy, seconds: int = 3) -> DdgsSearch:
    """The provider, with the proxy between it and the world."""
    return DdgsSearch(proxy=proxy.url, verify=str(proxy.certificates), seconds=seconds)


async def test_hits_come_from_the_engines_page(tmp_path: Path) -> None:
    """The library asks the engine over TLS, and what its page lists as web pages comes back, without adverts."""
    async with EngineProxy({DUCK: page(PAGE), BRAVE: page(b"", "500 Oops")}, tmp_path) as proxy:
        search = over(proxy)
        found = await search.search("叶子 light", "zh", 5)
        await search.close()
    assert [(hit.title, hit.url) for hit in found] == [("How leaves & light work", "https://example.org/leaf")]
    assert "Leaves take up light." in found[0].text
    heard = dict(proxy.asked)[DUCK]
    assert b"cn-zh" in heard.body
    assert b"%E5%8F%B6%E5%AD%90" in heard.body


async def test_engines_without_hits_are_no_failure(tmp_path: Path) -> None:
    """A page that lists nothing is an empty answer."""
    async with EngineProxy({DUCK: page(b"<html></html>"), BRAVE: page(b"<html></html>")}, tmp_path) as proxy:
        search = over(proxy)
        assert await search.search("leaf", "en", 5) == []
        await search.close()


async def test_no_engine_within_reach_is_a_named_failure(tmp_path: Path) -> None:
    """Where no engine can be reached the reason says so; nothing of the library's own errors gets out."""
    async with EngineProxy({"elsewhere.example": page(PAGE)}, tmp_path) as proxy:
        search = over(proxy)
        with pytest.raises(ToolFailed) as failure:
            await search.search("leaf", "en", 5)
        await search.close()
    assert failure.value.reason == "unreachable"
    assert "leaf" not in str(failure.value)


async def test_engines_that_say_nothing_are_given_up(tmp_path: Path) -> None:
    """The library's timeout ends the search with a reason, the loop goes on meanwhile."""
    async with EngineProxy({DUCK: _silent, BRAVE: _silent}, tmp_path) as proxy:
        search = over(proxy, seconds=1)
        ticks = 0
        asking = asyncio.create_task(search.search("leaf", "en", 5))
        while not asking.done():
            await asyncio.sleep(0.05)
            ticks += 1
        with pytest.raises(ToolFailed) as failure:
            await asking
        await search.close()
    assert failure.value.reason == "timed_out"
    assert ticks > 5


async def test_an_untrusted_certificate_is_refused(tmp_path: Path) -> None:
    """Nobody in between can play the engine."""
    async with EngineProxy({DUCK: page(PAGE), BRAVE: page(PAGE)}, tmp_path) as proxy:
        search = DdgsSearch(proxy=proxy.url, seconds=3)
        with pytest.raises(ToolFailed):
            await search.search("leaf", "en", 5)
        await search.close()
    assert proxy.asked == []

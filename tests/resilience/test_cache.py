import asyncio
from typing import Any

import pytest

from feynman.domain import ConfigurationError
from feynman.resilience import Cache, cache_key
from tests.resilience.clock import Clock


class Work:
    """Counts how often it is done; waits for ``go`` when it has one."""

    def __init__(self, result: Any = "result", go: asyncio.Event | None = None) -> None:  # noqa: ANN401 # any JSON value
        self.result = result
        self.done = 0
        self.cancelled = 0
        self._go = go

    async def __call__(self) -> Any:  # noqa: ANN401 # as above
        """Do it."""
        self.done += 1
        try:
            if self._go is not None:
                await self._go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


async def test_a_value_comes_back_until_its_time_is_over() -> None:
    """What was set is found for its seconds, by a clock that nobody can set back."""
    clock = Clock()
    cache = await Cache.open(ttl=60, clock=clock)
    await cache.set("a", {"词": [1, 2.5, None]})
    await cache.set("b", "short", ttl=5)
    clock.now += 6
    assert (await cache.get("a"), await cache.get("b")) == ({"词": [1, 2.5, None]}, None)
    clock.now += 60
    assert await cache.get("a") is None


async def test_memory_keeps_the_values_used_last() -> None:
    """More values than fit push out the one that was not used for longest."""
    cache = await Cache.open(size=2)
    await cache.set("a", 1)
    await cache.set("b", 2)
    assert await cache.get("a") == 1
    await cache.set("c", 3)
    assert [await cache.get(key) for key in "abc"] == [1, None, 3]


async def test_callers_at_once_compute_once() -> None:
    """Twenty callers of one key share one computation; later ones are served from the cache."""
    uses: list[bool] = []
    cache, go = await Cache.open(on_use=uses.append), asyncio.Event()
    work = Work(go=go)
    callers = [asyncio.create_task(cache.get_or_compute("key", 60, work)) for _ in range(20)]
    await asyncio.sleep(0)
    go.set()
    assert await asyncio.gather(*callers) == ["result"] * 20
    assert await cache.get_or_compute("key", 60, work) == "result"
    assert work.done == 1
    assert uses == [False, True]


async def test_nothing_is_a_value_too() -> None:
    """A computation that gives ``None`` is not repeated."""
    cache, work = await Cache.open(), Work(result=None)
    assert [await cache.get_or_compute("key", 60, work) for _ in range(2)] == [None, None]
    assert work.done == 1


async def test_an_error_reaches_every_caller_and_is_not_kept() -> None:
    """All who waited hear it, and the next caller computes anew."""
    cache, work = await Cache.open(), Work(result=ValueError("failed"))
    results = await asyncio.gather(*(cache.get_or_compute("key", 60, work) for _ in range(3)), return_exceptions=True)
    assert [str(result) for result in results] == ["failed"] * 3
    work.result = "mended"
    assert await cache.get_or_compute("key", 60, work) == "mended"
    assert work.done == 2


async def test_who_leaves_does_not_stop_the_others() -> None:
    """The first caller's cancellation is its own."""
    cache, go = await Cache.open(), asyncio.Event()
    work = Work(go=go)
    first, second = (asyncio.create_task(cache.get_or_compute("key", 60, work)) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.sleep(0.01)
    go.set()
    assert await second == "result"
    assert first.cancelled()
    assert (work.done, work.cancelled) == (1, 0)


async def test_the_last_to_leave_stops_the_work() -> None:
    """A computation nobody waits for is cancelled, and the next caller begins a new one."""
    cache, go = await Cache.open(), asyncio.Event()
    work = Work(go=go)
    callers = [asyncio.create_task(cache.get_or_compute("key", 60, work)) for _ in range(2)]
    await asyncio.sleep(0.01)
    for caller in callers:
        caller.cancel()
    next_caller = asyncio.create_task(cache.get_or_compute("key", 60, work))
    await asyncio.gather(*callers, return_exceptions=True)
    await asyncio.sleep(0.01)
    go.set()
    assert await next_caller == "result"


def test_a_key_shows_nothing_and_confuses_nothing() -> None:
    """Keys name their kind only, and differ wherever the parts differ."""
    key = cache_key("tool", "my explanation", "en")
    assert key.startswith("feynman:tool:")
    assert "explanation" not in key
    others = {cache_key("tool", "my explanation", "zh"), cache_key("tool", "my explanationen"), cache_key("x", "en")}
    assert key not in others
    assert len(others) == 3
    assert cache_key("tool", "\ud800") != cache_key("tool", "?")


@pytest.mark.parametrize("url", ["http://localhost:6379", "redis", "redis://user:secret@localhost:notaport/0"])
async def test_a_wrong_url_is_a_mistake_of_the_settings(url: str) -> None:
    """What is no Redis URL is refused at once, without repeating a password."""
    with pytest.raises(ConfigurationError) as refusal:
        await Cache.open(url)
    assert "secret" not in str(refusal.value)

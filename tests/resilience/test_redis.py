import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from redis.asyncio import Redis
from structlog.testing import capture_logs

from feynman.resilience import Cache
from tests.parts import required_program
from tests.resilience.clock import Clock
from tests.resilience.redis_server import RedisServer


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    """A running redis-server."""
    running = RedisServer(required_program("redis-server"), tmp_path)
    await running.start()
    yield running
    await running.stop()


async def test_processes_share_what_is_in_redis(server: RedisServer) -> None:
    """What one cache keeps, another finds, until its milliseconds are over."""
    ours, theirs = await Cache.open(server.url), await Cache.open(server.url)
    await ours.set("key", {"词": [1, 2.5, None]})
    await ours.set("brief", "x", ttl=0.05)
    assert await theirs.get("key") == {"词": [1, 2.5, None]}
    await asyncio.sleep(0.1)
    assert await theirs.get("brief") is None
    await ours.close()
    await theirs.close()


async def test_what_others_wrote_into_redis_is_a_miss(server: RedisServer) -> None:
    """Bytes that are no JSON, a pickle for instance, are never run and computed anew."""
    cache = await Cache.open(server.url)
    async with Redis(port=server.port) as other:
        await other.set("key", b"\x80\x04cos\nsystem\n.")
        await other.lpush("list", "x")
    assert await cache.get("key") is None
    assert await cache.get("list") is None
    await cache.close()


async def test_a_dead_redis_costs_nothing_but_the_cache(server: RedisServer) -> None:
    """Values are computed, two lines are logged, and then Redis is left alone until it may be back."""
    clock = Clock()
    uses: list[bool] = []
    cache = await Cache.open(server.url, clock=clock, on_use=uses.append)
    await cache.set("key", "kept")
    await server.stop()

    async def compute() -> str:
        return "computed"

    with capture_logs() as lines:
        results = [await cache.get_or_compute(f"key{number}", 60, compute) for number in range(5)]
    assert results == ["computed"] * 5
    assert [line["event"] for line in lines].count("cache_failed") == 2
    assert uses == [False] * 5

    await server.start()
    await cache.set("key", "again")
    assert await cache.get("key") is None
    clock.now += 11
    await cache.set("key", "again")
    assert await cache.get("key") == "again"
    await cache.close()


async def test_a_redis_that_says_nothing_is_waited_for_half_a_second() -> None:
    """A host that takes the connection and is silent is a miss soon."""
    over, left = asyncio.Event(), asyncio.Event()

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()
        left.set()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        cache = await Cache.open(f"redis://127.0.0.1:{port}/0")
        begun = asyncio.get_running_loop().time()
        assert await cache.get("key") is None
        assert asyncio.get_running_loop().time() - begun < 2
        await cache.close()
        over.set()
        await left.wait()


async def test_many_at_once_share_the_connections(server: RedisServer) -> None:
    """More commands than connections wait for each other and all succeed."""
    cache = await Cache.open(server.url)
    await asyncio.gather(*(cache.set(f"key{number}", number) for number in range(40)))
    assert await asyncio.gather(*(cache.get(f"key{number}") for number in range(40))) == list(range(40))
    await cache.close()


async def test_the_circuit_over_redis_is_told() -> None:
    """Where nothing answers, the second failure opens the circuit, and whoever asked to hear of it does."""
    changes: list[tuple[str, str]] = []
    cache = await Cache.open("redis://127.0.0.1:9/0", on_breaker=lambda part, state: changes.append((part, state)))
    for _ in range(3):
        assert await cache.get("key") is None
    assert changes == [("cache", "open")]
    await cache.close()

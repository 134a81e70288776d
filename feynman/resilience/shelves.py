"""Where cached values stand: this process's memory, or Redis.

Two plain libraries and not cashews, which has both: its default for Redis unpickles whatever stands there, it tells
time by the wall clock, sets up 0.7 s of imports and closes Redis by a deprecated call (cashews 7.6.0, redis 8.1.0).
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

import structlog
from cachetools import TLRUCache

from feynman.domain import ConfigurationError
from feynman.resilience.breaker import Breaker, Changed
from feynman.resilience.errors import CircuitOpen

if TYPE_CHECKING:
    from redis.asyncio import Redis

__all__ = ["MemoryShelf", "RedisShelf", "Shelf"]

log = structlog.get_logger("feynman.resilience")

# A cache that is slower than this costs more than it saves.
_SECONDS: Final = 0.5
_CONNECTIONS: Final = 20
_FAILURES: Final = 2
_RECOVERY_SECONDS: Final = 10.0


class Shelf(Protocol):
    """Keeps bytes by key for a time; one that can't is empty, not an error."""

    async def get(self, key: str) -> bytes | None:
        """Return what stands there."""
        ...

    async def set(self, key: str, value: bytes, ttl: float) -> None:
        """Put ``value`` there for ``ttl`` seconds."""
        ...

    async def close(self) -> None:
        """Release connections."""
        ...


class MemoryShelf:
    """Keeps the ``size`` values used last."""

    def __init__(self, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._values: TLRUCache[str, tuple[bytes, float]] = TLRUCache(
            size, lambda _key, value, now: now + value[1], timer=clock
        )

    async def get(self, key: str) -> bytes | None:
        """Return what stands there."""
        found = self._values.get(key)
        return None if found is None else found[0]

    async def set(self, key: str, value: bytes, ttl: float) -> None:
        """Put ``value`` there for ``ttl`` seconds."""
        self._values[key] = (value, ttl)

    async def close(self) -> None:
        """Forget everything."""
        self._values.clear()


class RedisShelf:
    """Keeps values in a Redis; one that fails twice is left alone for ten seconds."""

    def __init__(
        self, redis: "Redis", clock: Callable[[], float] = time.monotonic, on_breaker: Changed | None = None
    ) -> None:
        self._redis = redis
        self._breaker = Breaker(
            "cache", failures=_FAILURES, recovery_seconds=_RECOVERY_SECONDS, on_change=on_breaker, clock=clock
        )

    @classmethod
    def at(
        cls, url: str, clock: Callable[[], float] = time.monotonic, on_breaker: Changed | None = None
    ) -> "RedisShelf":
        """Return a shelf in the Redis at ``url``; nothing is sent yet.

        Raises:
            ConfigurationError: ``url`` is not one of Redis.
        """
        from redis.asyncio import BlockingConnectionPool, Redis  # noqa: PLC0415 # only where Redis is used
        from redis.asyncio.retry import Retry  # noqa: PLC0415 # as above
        from redis.backoff import NoBackoff  # noqa: PLC0415 # as above

        try:
            pool = BlockingConnectionPool.from_url(
                url,
                max_connections=_CONNECTIONS,
                timeout=_SECONDS,
                socket_timeout=_SECONDS,
                socket_connect_timeout=_SECONDS,
                retry=Retry(NoBackoff(), 0),
            )
        except ValueError as error:
            # The URL may hold a password: it is not repeated.
            raise ConfigurationError("the cache's URL is not one of Redis, like redis://host:6379/0") from error
        return cls(Redis.from_pool(pool), clock, on_breaker)

    async def get(self, key: str) -> bytes | None:
        """Return what stands there; nothing when Redis does not answer."""
        from redis.exceptions import RedisError  # noqa: PLC0415 # only where Redis is used

        try:
            with self._breaker.guard():
                found = await self._redis.get(key)
        except CircuitOpen:
            return None
        except (RedisError, OSError) as error:
            log.warning("cache_failed", command="get", error=type(error).__name__)
            return None
        return found if isinstance(found, bytes) else None

    async def set(self, key: str, value: bytes, ttl: float) -> None:
        """Put ``value`` there for ``ttl`` seconds, if Redis answers."""
        from redis.exceptions import RedisError  # noqa: PLC0415 # only where Redis is used

        try:
            with self._breaker.guard():
                await self._redis.set(key, value, px=max(1, round(ttl * 1000)))
        except CircuitOpen:
            return
        except (RedisError, OSError) as error:
            log.warning("cache_failed", command="set", error=type(error).__name__)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

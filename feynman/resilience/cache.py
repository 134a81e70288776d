"""Results that may be used again."""

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from feynman.resilience.breaker import Changed
from feynman.resilience.flights import Flights
from feynman.resilience.shelves import MemoryShelf, RedisShelf, Shelf

__all__ = ["Cache", "cache_key"]

T = TypeVar("T")

_SIZE: Final = 1_000
_TTL_SECONDS: Final = 3_600.0
_PREFIX: Final = "feynman"


def cache_key(kind: str, *parts: str) -> str:
    """Return a key for ``parts`` under ``kind``; it does not show them, and other parts have another key."""
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return f"{_PREFIX}:{kind}:{digest}"


class Cache:
    """Keeps JSON-able values for a time; for tasks of one event loop; build it with :meth:`open`.

    ``on_use`` hears of each question whether it was answered (a hit) or not. A Redis that fails or is slow is a miss
    and a line in the log.
    """

    def __init__(self, shelf: Shelf, ttl: float = _TTL_SECONDS, on_use: Callable[[bool], None] | None = None) -> None:
        self._shelf = shelf
        self._ttl = ttl
        self._on_use = on_use
        self._flights: Flights[Any] = Flights()

    @classmethod
    async def open(
        cls,
        url: str | None = None,
        *,
        size: int = _SIZE,
        ttl: float = _TTL_SECONDS,
        on_use: Callable[[bool], None] | None = None,
        on_breaker: Changed | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> "Cache":
        """Return a cache in this process's memory, or in the Redis at ``url``, which need not answer yet.

        ``size`` is how many values the memory keeps (the longest unused go first), ``ttl`` (seconds) how long a value
        is kept when nothing else is said. ``on_breaker`` hears of every change of the circuit over Redis.

        Raises:
            ConfigurationError: ``url`` is not one of Redis.
        """
        # In a thread: the import of redis takes 0.3 s.
        shelf = (
            MemoryShelf(size, clock) if url is None else await asyncio.to_thread(RedisShelf.at, url, clock, on_breaker)
        )
        return cls(shelf, ttl, on_use)

    async def get(self, key: str) -> Any:  # noqa: ANN401 # any JSON value
        """Return what is kept under ``key``, ``None`` when nothing is."""
        found = await self._read(key)
        return None if found is None else found[0]

    async def set(self, key: str, value: object, *, ttl: float | None = None) -> None:
        """Keep ``value`` under ``key`` for ``ttl`` seconds."""
        seconds = self._ttl if ttl is None else ttl
        await self._shelf.set(key, json.dumps(value).encode(), seconds)

    async def get_or_compute(self, key: str, ttl: float, compute: Callable[[], Awaitable[T]]) -> T:
        """Return what is kept under ``key``, else await ``compute()`` and keep that for ``ttl`` seconds.

        Who asks while it is computed gets the same result. An error is raised to all of them and not kept. The
        computation is cancelled with the last who waits for it.
        """

        async def missing() -> T:
            found = await self._read(key)
            if found is not None:
                kept: T = found[0]
                return kept
            value = await compute()
            await self.set(key, value, ttl=ttl)
            return value

        result: T = await self._flights.join(key, missing)
        return result

    async def close(self) -> None:
        """Close the connections."""
        await self._shelf.close()

    async def _read(self, key: str) -> tuple[Any] | None:
        found = _decoded(await self._shelf.get(key))
        if self._on_use is not None:
            self._on_use(found is not None)
        return found


def _decoded(stored: bytes | None) -> tuple[Any] | None:
    if stored is None:
        return None
    try:
        return (json.loads(stored),)
    except ValueError:
        return None

"""Keeping the index open: what fails is opened again, later and later."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from feynman.memory.status import Status

__all__ = ["keep_open"]

log = structlog.get_logger("feynman.memory")

_FIRST_SECONDS: Final = 5.0
_LONGEST_SECONDS: Final = 300.0
# What fails sooner than this after it was opened is not well: the next attempt comes later still.
_STEADY_SECONDS: Final = 60.0


async def keep_open(
    begin: Callable[[], Awaitable[None]],
    release: Callable[[], Awaitable[None]],
    *,
    status: Status,
    first: float = _FIRST_SECONDS,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    rand: Callable[[], float] = random.random,
) -> None:
    """Await ``begin()``, and whenever ``status`` has failed, ``release()`` and ``begin()`` again, until cancelled.

    Before the n-th attempt in a row it waits ``first * 2**(n-1)`` seconds, five minutes at most, up to half of them
    by chance.
    """
    failures = 0
    while True:
        begun = clock()
        await begin()
        await status.failure()
        failures = 0 if clock() - begun > _STEADY_SECONDS else failures
        await sleep(min(_LONGEST_SECONDS, first * 2**failures) * (0.5 + rand() / 2))
        failures += 1
        log.info("memory_index_reopening", attempt=failures)
        await release()
        status.begin()

"""How late an event loop is."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from feynman.observability.metrics import Metrics

__all__ = ["watch_lag"]


async def watch_lag(
    metrics: Metrics,
    *,
    every: float = 1.0,
    clock: Callable[[], float] = time.perf_counter,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Measure every ``every`` seconds how much later than asked this loop wakes, until cancelled."""
    while True:
        asleep = clock()
        await sleep(every)
        metrics.loop_lag.set(max(0.0, clock() - asleep - every))

"""What stands between a turn and the model: places, repeats and a circuit breaker."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from feynman.domain import ModelRateLimited, ModelTimedOut, ModelUnreachable
from feynman.observability.tracing import step
from feynman.resilience import Breaker, FairLimit, retrying

__all__ = ["Protection", "is_down", "is_repeatable"]

T = TypeVar("T")


def is_repeatable(error: Exception) -> bool:
    """Whether the same call may succeed in a moment; one that ran out of time is not tried again."""
    return isinstance(error, (ModelUnreachable, ModelRateLimited))


def is_down(error: Exception) -> bool:
    """Whether an error says that the endpoint is better left alone for a while; what a ``Breaker`` counts."""
    return isinstance(error, (ModelUnreachable, ModelRateLimited, ModelTimedOut))


def _breaker() -> Breaker:
    return Breaker("model", counts=is_down)


@dataclass(frozen=True, slots=True)
class Protection:
    """The three together, for all lines to one endpoint; each attempt takes a place of its own, a pause keeps none.

    At most ``attempts`` calls, none begun later than ``patience`` seconds after the first.
    """

    limit: FairLimit = field(default_factory=FairLimit)
    breaker: Breaker = field(default_factory=_breaker)
    attempts: int = 3
    patience: float = 10.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    rand: Callable[[], float] = random.random

    async def run(
        self, key: str, work: Callable[[], Awaitable[T]], repeatable: Callable[[Exception], bool] = is_repeatable
    ) -> T:
        """Do ``work`` for ``key``.

        Raises:
            ServiceUnavailable: no place, or the circuit is open.
        """

        @retrying(repeatable, attempts=self.attempts, timeout=self.patience, sleep=self.sleep, rand=self.rand)
        async def attempt() -> T:
            async with self._place(key):
                return await self.breaker.call(work)

        return await attempt()

    @asynccontextmanager
    async def _place(self, key: str) -> AsyncIterator[None]:
        """Hold a place; how long it took to get one is a step of the trace."""
        async with AsyncExitStack() as held:
            with step("model queue"):
                await held.enter_async_context(self.limit.slot(key))
            yield

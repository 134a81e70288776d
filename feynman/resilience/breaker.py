"""Leaving alone for a while what fails again and again.

Our own, because no maintained library lets exactly one call probe a circuit on asyncio. In purgatory 3.0.1 the
half-open state lets every call through, an excluded exception (a cancellation too) closes it, time is the wall clock's
and one exception object is raised for all. In circuitbreaker 2.1.3 what does not count resets. pybreaker 1.4.1 has
Tornado's coroutines only.
"""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final, Literal, TypeVar

import structlog

from feynman.resilience.errors import CircuitOpen

__all__ = ["Breaker", "BreakerState", "Changed", "Counts"]

log = structlog.get_logger("feynman.resilience")

T = TypeVar("T")

BreakerState = Literal["closed", "open", "half_open"]
Counts = type[Exception] | tuple[type[Exception], ...] | Callable[[Exception], bool]
Changed = Callable[[str, BreakerState], None]

_FAILURES: Final = 5
_RECOVERY_SECONDS: Final = 60.0


class Breaker:
    """A circuit over one dependency; for tasks of one event loop.

    After ``failures`` failing calls in a row it opens: calls are refused at once. After ``recovery_seconds`` it is half
    open: one call probes, the others are refused; the probe's success closes it, its failure opens it again.
    What fails is an exception that ``counts``; any other one shows that the dependency answers. A call that was
    cancelled says nothing, neither does one that began before the circuit last changed. ``on_change`` gets the name
    and the new state.
    """

    def __init__(
        self,
        name: str,
        *,
        failures: int = _FAILURES,
        recovery_seconds: float = _RECOVERY_SECONDS,
        counts: Counts = Exception,
        on_change: Changed | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._limit = failures
        self._recovery = recovery_seconds
        self._counts = _predicate(counts)
        self._on_change = on_change
        self._clock = clock
        self._state: BreakerState = "closed"
        self._failed = 0
        self._opened_at = 0.0
        self._probing = False
        self._changes = 0

    @property
    def state(self) -> BreakerState:
        """The state; an open circuit is half open as soon as a call may probe it."""
        return "half_open" if self._state == "open" and self._remaining() <= 0 else self._state

    async def call(self, function: Callable[[], Awaitable[T]]) -> T:
        """Await ``function()`` under the circuit.

        Raises:
            CircuitOpen: the circuit is open, or another call probes it; the function was not called.
        """
        with self.guard():
            return await function()

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Judge the block by whether it raises; it may await and last long, as a stream does.

        Raises:
            CircuitOpen: the circuit is open, or another call probes it; the block was not entered.
        """
        epoch = self._enter()
        try:
            yield
        except Exception as error:
            self._leave(epoch, failed=self._counts(error))
            raise
        except BaseException:
            self._leave(epoch, failed=None)
            raise
        else:
            self._leave(epoch, failed=False)

    def _enter(self) -> int:
        if self._state == "open" and self._remaining() <= 0:
            self._become("half_open")
        if self._state == "open" or (self._state == "half_open" and self._probing):
            raise CircuitOpen(self.name, max(0.0, self._remaining()))
        self._probing = self._state == "half_open"
        return self._changes

    def _leave(self, epoch: int, *, failed: bool | None) -> None:
        if epoch != self._changes:
            return
        self._probing = False
        if failed is None:
            return
        if failed:
            self._fail()
        elif self._state == "half_open":
            self._become("closed")
        self._failed = self._failed if failed else 0

    def _fail(self) -> None:
        self._failed += 1
        if self._state == "half_open" or self._failed >= self._limit:
            self._opened_at = self._clock()
            self._become("open")

    def _remaining(self) -> float:
        return self._opened_at + self._recovery - self._clock()

    def _become(self, state: BreakerState) -> None:
        self._state = state
        self._failed = 0
        self._probing = False
        self._changes += 1
        log.warning("circuit_changed", part=self.name, state=state)
        if self._on_change is not None:
            self._on_change(self.name, state)


def _predicate(counts: Counts) -> Callable[[Exception], bool]:
    if isinstance(counts, (type, tuple)):
        kinds = counts
        return lambda error: isinstance(error, kinds)
    return counts

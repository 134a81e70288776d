"""Repeating what failed for a moment.

Tenacity and not stamina, which is built on it: stamina takes no sleep and no random from its caller, and its hooks, one
set a process, log ``repr`` of the error and count in Prometheus' default registry (stamina 26.1, ``_core`` and
``instrumentation``).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

import structlog
from tenacity import AsyncRetrying, RetryCallState, stop_after_attempt, stop_before_delay

__all__ = ["RetryOn", "retrying"]

log = structlog.get_logger("feynman.resilience")

P = ParamSpec("P")
T = TypeVar("T")

RetryOn = type[Exception] | tuple[type[Exception], ...] | Callable[[Exception], bool]

_ATTEMPTS: Final = 3
_BASE: Final = 2.0


def retrying(
    on: RetryOn,
    *,
    attempts: int = _ATTEMPTS,
    timeout: float = 30.0,
    wait_initial: float = 0.2,
    wait_max: float = 5.0,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    rand: Callable[[], float] = random.random,
) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]:
    """Return a decorator that repeats an async function while it raises what ``on`` names; use it where that is safe.

    At most ``attempts`` calls, none begun later than ``timeout`` seconds after the first; the last error is raised as
    it is. Before the n-th repetition it waits a random share of ``wait_initial * 2**(n-1)`` seconds, at most
    ``wait_max`` (full jitter: Brooker, "Exponential Backoff And Jitter", AWS 2015). An error with ``retry_after``
    (seconds) is waited for that long besides, or raised at once when that is beyond ``timeout``. A cancelled call is
    never repeated.
    """
    repeats = _predicate(on)

    def wait(state: RetryCallState) -> float:
        backoff: float = min(wait_max, wait_initial * _BASE ** (state.attempt_number - 1))
        return _asked(_error(state)) + rand() * backoff

    def decorate(function: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        @wraps(function)
        async def repeated(*args: P.args, **kwargs: P.kwargs) -> T:
            calls = AsyncRetrying(
                sleep=sleep,
                stop=stop_after_attempt(attempts) | stop_before_delay(timeout),
                wait=wait,
                retry=lambda state: repeats(_error(state)),
                before_sleep=_tell,
                reraise=True,
            )
            async for attempt in calls:
                with attempt:
                    return await function(*args, **kwargs)
            raise AssertionError("the last attempt returns or raises")

        return repeated

    return decorate


def _predicate(on: RetryOn) -> Callable[[BaseException | None], bool]:
    if isinstance(on, (type, tuple)):
        kinds = on
        return lambda error: isinstance(error, kinds) and isinstance(error, Exception)
    chosen = on
    return lambda error: isinstance(error, Exception) and chosen(error)


def _error(state: RetryCallState) -> BaseException | None:
    return None if state.outcome is None else state.outcome.exception()


def _asked(error: BaseException | None) -> float:
    seconds = getattr(error, "retry_after", None)
    return max(0.0, float(seconds)) if isinstance(seconds, (int, float)) else 0.0


def _tell(state: RetryCallState) -> None:
    log.warning(
        "retry_scheduled",
        attempt=state.attempt_number,
        wait_seconds=round(state.upcoming_sleep, 2),
        error=type(_error(state)).__name__,
    )

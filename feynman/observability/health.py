"""Whether the parts of this process work."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import Field

from feynman.domain import Frozen

__all__ = ["Check", "CheckResult", "CheckStatus", "Health", "HealthReport", "Look"]

CheckStatus = Literal["healthy", "degraded", "unhealthy"]

_TIMEOUT: Final = 2.0
_TTL: Final = 1.0


class CheckResult(Frozen):
    """What one check found; ``seconds`` is filled in by :class:`Health`."""

    status: CheckStatus
    detail: str = ""
    seconds: float = Field(default=0.0, ge=0)


class HealthReport(Frozen):
    """All checks. ``status`` is ``unhealthy`` when the product can't serve, ``degraded`` when it does with less."""

    status: CheckStatus
    checks: dict[str, CheckResult]
    uptime_seconds: float


Look = Callable[[], Awaitable[CheckResult]]
"""Looks at one part; an exception is a finding too: unhealthy."""


@dataclass(frozen=True, slots=True)
class Check:
    """How one part is looked at: within ``timeout`` seconds, at most once in ``ttl`` seconds.

    Without a part that is not ``vital`` the product still serves: however bad it is, the whole is ``degraded``.
    """

    look: Look
    vital: bool = True
    timeout: float = _TIMEOUT
    ttl: float = _TTL


class Health:
    """Runs its checks at once, each with its own timeout and its own time to live.

    Callers at the same time share a look. One that does not end is waited for once; until it ends no second one
    begins, so that a part that hangs collects no tasks and threads. ``timeout`` and ``ttl`` are for plain looks.
    """

    def __init__(
        self,
        checks: Mapping[str, Look | Check],
        *,
        timeout: float = _TIMEOUT,
        ttl: float = _TTL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        whole = {
            name: check if isinstance(check, Check) else Check(check, timeout=timeout, ttl=ttl)
            for name, check in checks.items()
        }
        self._watches = {name: _Watch(check, clock) for name, check in whole.items()}
        self._clock = clock
        self._started = clock()
        self._closing = False

    def close(self) -> None:
        """Report from now on that the process is closing, which makes it unhealthy; callable from any thread."""
        self._closing = True

    async def report(self) -> HealthReport:
        """Report; a check that raises or takes too long is unhealthy."""
        found = await asyncio.gather(*(watch.result() for watch in self._watches.values()))
        results = dict(zip(self._watches, found, strict=True))
        worst = max((watch.weight(results[name]) for name, watch in self._watches.items()), default=0)
        if self._closing:
            results["process"] = CheckResult(status="unhealthy", detail="closing")
            worst = len(_ORDER) - 1
        return HealthReport(status=_ORDER[worst], checks=results, uptime_seconds=self._clock() - self._started)


_ORDER: Final[tuple[CheckStatus, ...]] = ("healthy", "degraded", "unhealthy")


class _Watch:
    """One check with its last result and the look under way."""

    def __init__(self, check: Check, clock: Callable[[], float]) -> None:
        self._check = check
        self._clock = clock
        self._kept: tuple[float, CheckResult] | None = None
        self._look: tuple[float, asyncio.Future[CheckResult]] | None = None

    def weight(self, result: CheckResult) -> int:
        """How much a result counts in the whole, as a place in ``_ORDER``."""
        return min(_ORDER.index(result.status), len(_ORDER) - 1 if self._check.vital else 1)

    async def result(self) -> CheckResult:
        if self._look is None and self._kept is not None and self._clock() - self._kept[0] < self._check.ttl:
            return self._kept[1]
        begun, look = self._look or self._begin()
        left = max(0.0, self._check.timeout - (self._clock() - begun))
        # Unlike wait_for, wait neither cancels the look, which others wait for too, nor lingers.
        await asyncio.wait({look}, timeout=left)
        if look.done():
            return self._end(begun, look)
        detail = f"TimeoutError: no answer within {self._check.timeout:g} s"
        return CheckResult(status="unhealthy", detail=detail, seconds=self._clock() - begun)

    def _begin(self) -> tuple[float, asyncio.Future[CheckResult]]:
        begun, look = self._clock(), asyncio.ensure_future(self._check.look())
        look.add_done_callback(lambda _: self._end(begun, look))
        self._look = (begun, look)
        return self._look

    def _end(self, begun: float, look: asyncio.Future[CheckResult]) -> CheckResult:
        if self._look is None or self._look[1] is not look:
            # A caller and the callback both come here; the first one has kept it.
            return self._kept[1] if self._kept is not None else _outcome(look)
        now = self._clock()
        result = _outcome(look).model_copy(update={"seconds": max(0.0, now - begun)})
        self._kept, self._look = (now, result), None
        return result


def _outcome(look: asyncio.Future[CheckResult]) -> CheckResult:
    if look.cancelled():
        return CheckResult(status="unhealthy", detail="CancelledError")
    error = look.exception()
    if error is None:
        return look.result()
    return CheckResult(status="unhealthy", detail=f"{type(error).__name__}: {error}")

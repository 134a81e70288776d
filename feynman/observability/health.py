"""Whether the parts of this process work."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Literal

from pydantic import Field

from feynman.domain import Frozen

__all__ = ["Check", "CheckResult", "CheckStatus", "Health", "HealthReport"]

CheckStatus = Literal["healthy", "degraded", "unhealthy"]


class CheckResult(Frozen):
    """What one check found; ``seconds`` is filled in by :class:`Health`."""

    status: CheckStatus
    detail: str = ""
    seconds: float = Field(default=0.0, ge=0)


class HealthReport(Frozen):
    """All checks; the worst of them is the ``status`` of the whole."""

    status: CheckStatus
    checks: dict[str, CheckResult]
    uptime_seconds: float


Check = Callable[[], Awaitable[CheckResult]]

_ORDER: Final[tuple[CheckStatus, ...]] = ("healthy", "degraded", "unhealthy")


class Health:
    """Runs all checks at once, each at most ``timeout`` seconds, and keeps the report for ``ttl`` seconds."""

    def __init__(
        self,
        checks: Mapping[str, Check],
        *,
        timeout: float = 2.0,
        ttl: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._checks = dict(checks)
        self._timeout = timeout
        self._ttl = ttl
        self._clock = clock
        self._started = clock()
        self._lock = asyncio.Lock()
        self._kept: tuple[float, dict[str, CheckResult]] | None = None

    async def report(self) -> HealthReport:
        """Report; a check that raises or takes too long is unhealthy. Callers at the same time share one run."""
        async with self._lock:
            results = self._fresh()
            if results is None:
                found = await asyncio.gather(*(self._run(check) for check in self._checks.values()))
                results = dict(zip(self._checks, found, strict=True))
                self._kept = (self._clock(), results)
        worst = max((_ORDER.index(result.status) for result in results.values()), default=0)
        return HealthReport(status=_ORDER[worst], checks=results, uptime_seconds=self._clock() - self._started)

    def _fresh(self) -> dict[str, CheckResult] | None:
        if self._kept is None or self._clock() - self._kept[0] >= self._ttl:
            return None
        return self._kept[1]

    async def _run(self, check: Check) -> CheckResult:
        started = self._clock()
        task = asyncio.ensure_future(check())
        try:
            # Unlike wait_for, wait does not linger for a check that ignores its cancellation.
            await asyncio.wait({task}, timeout=self._timeout)
            result = _outcome(task, self._timeout)
        finally:
            task.cancel()
        return result.model_copy(update={"seconds": self._clock() - started})


def _outcome(task: asyncio.Future[CheckResult], timeout: float) -> CheckResult:
    if not task.done():
        return CheckResult(status="unhealthy", detail=f"TimeoutError: no answer within {timeout:g} s")
    if task.cancelled():
        return CheckResult(status="unhealthy", detail="CancelledError")
    error = task.exception()
    if error is None:
        return task.result()
    return CheckResult(status="unhealthy", detail=f"{type(error).__name__}: {error}")

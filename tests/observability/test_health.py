import asyncio
from collections.abc import Awaitable, Callable

import pytest

from feynman.domain import RecordsUnavailable
from feynman.observability import CheckResult, CheckStatus, Health


def _found(status: CheckStatus, detail: str = "") -> Callable[[], Awaitable[CheckResult]]:
    async def check() -> CheckResult:
        return CheckResult(status=status, detail=detail)

    return check


async def _raises() -> CheckResult:
    raise RecordsUnavailable("the disk is full")


async def _hangs() -> CheckResult:
    await asyncio.sleep(60)
    return CheckResult(status="healthy")


async def _gives_up() -> CheckResult:
    raise asyncio.CancelledError


async def _ignores_cancellation() -> CheckResult:
    for _ in range(20):
        try:
            await asyncio.sleep(0.05)
        except asyncio.CancelledError:
            continue
    return CheckResult(status="healthy")


class Clock:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Now, seconds."""
        return self.now


@pytest.mark.parametrize(
    ("statuses", "overall"),
    [
        ([], "healthy"),
        (["healthy", "healthy"], "healthy"),
        (["healthy", "degraded"], "degraded"),
        (["unhealthy", "degraded", "healthy"], "unhealthy"),
    ],
)
async def test_the_worst_check_decides(statuses: list[CheckStatus], overall: str) -> None:
    """The report is as bad as its worst check and names each of them."""
    report = await Health({str(index): _found(status) for index, status in enumerate(statuses)}).report()
    assert report.status == overall
    assert [result.status for result in report.checks.values()] == statuses


async def test_details_and_times_are_reported() -> None:
    """A check's detail is kept, and how long it took is measured."""

    async def slow() -> CheckResult:
        await asyncio.sleep(0.02)
        return CheckResult(status="degraded", detail="rebuilding")

    report = await Health({"chroma": slow}).report()
    assert report.checks["chroma"].detail == "rebuilding"
    assert report.checks["chroma"].seconds >= 0.015


async def test_a_check_that_raises_is_unhealthy() -> None:
    """An exception in one check makes that check unhealthy, with the exception's class and message."""
    report = await Health({"database": _raises, "engine": _found("healthy"), "loop": _gives_up}).report()
    assert report.checks["database"].status == "unhealthy"
    assert report.checks["database"].detail == "RecordsUnavailable: the disk is full"
    assert report.checks["engine"].status == "healthy"
    assert report.checks["loop"].detail == "CancelledError"


@pytest.mark.parametrize("check", [_hangs, _ignores_cancellation])
async def test_a_check_that_hangs_is_unhealthy_in_time(check: Callable[[], Awaitable[CheckResult]]) -> None:
    """A check that does not answer costs its timeout, also when it ignores being cancelled."""
    health = Health({"a": check, "b": check}, timeout=0.05)
    started = asyncio.get_running_loop().time()
    report = await health.report()
    assert asyncio.get_running_loop().time() - started < 0.5
    assert report.checks["a"].status == "unhealthy"
    assert report.checks["a"].detail == "TimeoutError: no answer within 0.05 s"


async def test_a_report_is_kept_for_its_time() -> None:
    """Within the time to live the checks are not run again; after it they are."""
    clock = Clock()
    runs: list[float] = []

    async def check() -> CheckResult:
        runs.append(clock.now)
        return CheckResult(status="healthy")

    health = Health({"database": check}, ttl=1.0, clock=clock)
    await health.report()
    clock.now += 0.9
    assert (await health.report()).uptime_seconds == pytest.approx(0.9)
    clock.now += 0.2
    await health.report()
    assert runs == [100.0, pytest.approx(101.1)]


async def test_simultaneous_callers_share_one_run() -> None:
    """A burst of probes runs the checks once."""
    runs = 0

    async def check() -> CheckResult:
        nonlocal runs
        runs += 1
        await asyncio.sleep(0.02)
        return CheckResult(status="healthy")

    health = Health({"database": check})
    await asyncio.gather(*(health.report() for _ in range(20)))
    assert runs == 1


async def test_leaving_cancels_the_checks() -> None:
    """A caller that goes away does not leave checks running, and the next one gets a report."""
    cancelled = asyncio.Event()
    blocked = True

    async def check() -> CheckResult:
        try:
            await asyncio.sleep(60 if blocked else 0)
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return CheckResult(status="healthy")

    health = Health({"database": check})
    caller = asyncio.create_task(health.report())
    await asyncio.sleep(0.01)
    caller.cancel()
    await asyncio.wait({caller})
    await asyncio.wait_for(cancelled.wait(), 1)
    blocked = False
    assert (await health.report()).status == "healthy"

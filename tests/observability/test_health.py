import asyncio
from collections.abc import Awaitable, Callable

import pytest

from feynman.domain import RecordsUnavailable
from feynman.observability import CheckResult, CheckStatus, Health
from feynman.observability.health import Check


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
    report = await asyncio.wait_for(health.report(), 10)
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


async def test_a_look_survives_its_caller() -> None:
    """A caller that goes away takes nothing from the others: the look goes on and its result is theirs."""
    release = asyncio.Event()
    runs = 0

    async def check() -> CheckResult:
        nonlocal runs
        runs += 1
        await release.wait()
        return CheckResult(status="degraded")

    health = Health({"database": check})
    first, second = (asyncio.create_task(health.report()) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.wait({first})
    release.set()
    assert (await second).status == "degraded"
    assert runs == 1


async def test_a_part_that_hangs_collects_no_looks() -> None:
    """Until a look has ended no second one begins, callers are told at once, and its end is believed."""
    release = asyncio.Event()
    runs = 0

    async def check() -> CheckResult:
        nonlocal runs
        runs += 1
        await release.wait()
        return CheckResult(status="healthy")

    clock = Clock()
    health = Health({"chroma": Check(check, timeout=0.02, ttl=0.0)}, clock=clock)
    for _ in range(5):
        report = await health.report()
        assert report.checks["chroma"].detail == "TimeoutError: no answer within 0.02 s"
        clock.now += 1
    assert runs == 1
    assert report.checks["chroma"].seconds == pytest.approx(4)
    release.set()
    await asyncio.sleep(0)
    assert (await health.report()).status == "healthy"


@pytest.mark.parametrize("check", [_raises, _hangs, _found("unhealthy")])
async def test_what_is_not_vital_only_degrades(check: Callable[[], Awaitable[CheckResult]]) -> None:
    """A part without which the product serves is told as bad as it is, and the whole is degraded."""
    report = await Health({"chroma": Check(check, vital=False, timeout=0.02), "database": _found("healthy")}).report()
    assert report.checks["chroma"].status == "unhealthy"
    assert report.status == "degraded"


async def test_each_check_has_a_time_of_its_own() -> None:
    """What is looked at every minute is not looked at each second, and keeps its last result meanwhile."""
    clock = Clock()
    runs = {"often": 0, "rarely": 0}

    def counting(name: str) -> Callable[[], Awaitable[CheckResult]]:
        async def check() -> CheckResult:
            runs[name] += 1
            return CheckResult(status="healthy", detail=str(runs[name]))

        return check

    health = Health(
        {"often": Check(counting("often"), ttl=1), "rarely": Check(counting("rarely"), ttl=60)}, clock=clock
    )
    for _ in range(3):
        report = await health.report()
        clock.now += 2
    assert runs == {"often": 3, "rarely": 1}
    assert report.checks["rarely"].detail == "1"


async def test_a_closing_process_is_unhealthy() -> None:
    """From the beginning of the end on no new work is sent here, however well the parts are."""
    health = Health({"database": _found("healthy")})
    health.close()
    report = await health.report()
    assert report.status == "unhealthy"
    assert report.checks["database"].status == "healthy"
    assert report.checks["process"].detail == "closing"

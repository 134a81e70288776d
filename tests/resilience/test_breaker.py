import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from feynman.domain import ModelRejected, ModelUnreachable
from feynman.resilience import Breaker, CircuitOpen
from tests.resilience.clock import Clock


async def fail() -> None:
    """Fail."""
    raise ModelUnreachable("down")


async def reject() -> None:
    """Answer with a refusal."""
    raise ModelRejected("no such model")


async def work() -> str:
    """Answer."""
    return "done"


def state(breaker: Breaker) -> str:
    """The state, as one that may have changed since it was last looked at."""
    return breaker.state


async def failures(breaker: Breaker, count: int) -> None:
    """Let ``count`` calls fail."""
    for _ in range(count):
        with pytest.raises(ModelUnreachable):
            await breaker.call(fail)


@pytest.fixture
def clock() -> Clock:
    """The breaker's time."""
    return Clock()


@pytest.fixture
def changes() -> list[tuple[str, str]]:
    """What the breaker told."""
    return []


@pytest.fixture
def breaker(clock: Clock, changes: list[tuple[str, str]]) -> Breaker:
    """A breaker with the usual limits over model errors."""
    return Breaker(
        "model", counts=ModelUnreachable, clock=clock, on_change=lambda name, state: changes.append((name, state))
    )


async def test_five_failures_in_a_row_open_it(breaker: Breaker, clock: Clock) -> None:
    """The sixth call is refused at once, with the time until the next try."""
    await failures(breaker, 4)
    assert state(breaker) == "closed"
    await failures(breaker, 1)
    assert state(breaker) == "open"
    clock.now += 20
    with pytest.raises(CircuitOpen) as refusal:
        await breaker.call(work)
    assert refusal.value.retry_after == pytest.approx(40)
    assert refusal.value.code == "circuit_open"


async def test_a_success_starts_the_count_anew(breaker: Breaker) -> None:
    """Failures that are not in a row do not open it."""
    await failures(breaker, 4)
    assert await breaker.call(work) == "done"
    await failures(breaker, 4)
    assert state(breaker) == "closed"


async def test_one_call_probes_and_closes_it(breaker: Breaker, clock: Clock, changes: list[tuple[str, str]]) -> None:
    """After the recovery time exactly one of many calls is let through; its success opens the way for all."""
    await failures(breaker, 5)
    clock.now += 60
    assert state(breaker) == "half_open"
    hold, entered = asyncio.Event(), 0

    async def probe() -> str:
        nonlocal entered
        entered += 1
        await hold.wait()
        return "done"

    calls = [asyncio.create_task(breaker.call(probe)) for _ in range(5)]
    await asyncio.sleep(0)
    hold.set()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert entered == 1
    assert [type(result) for result in results].count(CircuitOpen) == 4
    assert state(breaker) == "closed"
    assert changes == [("model", "open"), ("model", "half_open"), ("model", "closed")]


async def test_a_failed_probe_opens_it_for_the_whole_time_again(breaker: Breaker, clock: Clock) -> None:
    """One failure suffices in the half-open state."""
    await failures(breaker, 5)
    clock.now += 60
    await failures(breaker, 1)
    assert state(breaker) == "open"
    clock.now += 59
    with pytest.raises(CircuitOpen):
        await breaker.call(work)


async def test_a_cancelled_probe_leaves_the_way_to_the_next(breaker: Breaker, clock: Clock) -> None:
    """A cancellation neither closes nor opens the circuit, and another call may probe."""
    await failures(breaker, 5)
    clock.now += 60
    probe = asyncio.create_task(breaker.call(asyncio.Event().wait))
    await asyncio.sleep(0)
    probe.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await probe
    assert state(breaker) == "half_open"
    assert await breaker.call(work) == "done"
    assert state(breaker) == "closed"


async def test_an_answer_that_refuses_is_an_answer(breaker: Breaker, clock: Clock) -> None:
    """What does not count as a failure never opens it, and closes a half-open one: the dependency answers."""
    for _ in range(9):
        with pytest.raises(ModelRejected):
            await breaker.call(reject)
    assert state(breaker) == "closed"
    await failures(breaker, 5)
    clock.now += 60
    with pytest.raises(ModelRejected):
        await breaker.call(reject)
    assert state(breaker) == "closed"


async def test_late_results_do_not_count(breaker: Breaker, clock: Clock) -> None:
    """Calls from before the circuit opened change nothing in the half-open state, whatever comes of them."""
    hold = asyncio.Event()

    async def late(*, fails: bool) -> None:
        await hold.wait()
        if fails:
            raise ModelUnreachable("late")

    old = [
        asyncio.create_task(breaker.call(lambda: late(fails=True))),
        asyncio.create_task(breaker.call(lambda: late(fails=False))),
    ]
    await asyncio.sleep(0)
    await failures(breaker, 5)
    clock.now += 60
    probe = asyncio.create_task(breaker.call(asyncio.Event().wait))
    await asyncio.sleep(0)
    hold.set()
    await asyncio.gather(*old, return_exceptions=True)
    assert state(breaker) == "half_open"
    probe.cancel()


async def test_a_stream_that_is_left_early_says_nothing(breaker: Breaker) -> None:
    """Closing a generator inside the guard is no failure and frees nothing twice."""

    async def stream() -> AsyncIterator[int]:
        with breaker.guard():
            for number in range(10):
                yield number

    await failures(breaker, 4)
    numbers = stream()
    async with aclosing(numbers):  # type: ignore[type-var] # an async generator, typed as what it gives
        assert await anext(numbers) == 0
    await failures(breaker, 1)
    assert state(breaker) == "open"


async def test_a_predicate_decides_what_counts() -> None:
    """Failures may be chosen by what the error says."""
    breaker = Breaker("x", failures=1, counts=lambda error: "down" in str(error))
    with pytest.raises(ModelRejected):
        await breaker.call(reject)
    assert state(breaker) == "closed"
    await failures(breaker, 1)
    assert state(breaker) == "open"

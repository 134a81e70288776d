import asyncio
import random

import pytest

from feynman.resilience import FairLimit, Overloaded


async def settle() -> None:
    """Let every task run as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


class Crowd:
    """Callers that hold a slot until they are let go."""

    def __init__(self, limit: FairLimit) -> None:
        self.limit = limit
        self.began: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self._go: dict[str, asyncio.Event] = {}

    async def come(self, *names: str) -> None:
        """Start callers; the letters of a name are its key."""
        for name in names:
            self._go[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._hold(name))
        await settle()

    async def go(self, name: str) -> None:
        """Let one go."""
        self._go[name].set()
        await settle()

    async def _hold(self, name: str) -> None:
        async with self.limit.slot(name.rstrip("0123456789")):
            self.began.append(name)
            await self._go[name].wait()

    async def leave(self) -> None:
        """Cancel all."""
        for task in self.tasks.values():
            task.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)


async def test_no_more_than_so_many_at_once() -> None:
    """The eleventh waits until one of ten is done."""
    crowd = Crowd(FairLimit(at_once=10))
    await crowd.come(*(f"a{number}" for number in range(12)))
    assert (crowd.limit.active, crowd.limit.waiting) == (10, 2)
    await crowd.go("a3")
    assert crowd.began[-1] == "a10"
    assert (crowd.limit.active, crowd.limit.waiting) == (10, 1)
    await crowd.leave()
    assert (crowd.limit.active, crowd.limit.waiting) == (0, 0)


async def test_keys_take_turns() -> None:
    """Who comes with one call waits for one round, not for all calls of who came first."""
    crowd = Crowd(FairLimit(at_once=1))
    await crowd.come("a0", "a1", "a2", "a3", "b1", "b2", "c1")
    for name in ("a0", "a1", "b1", "c1", "a2", "b2"):
        await crowd.go(name)
    assert crowd.began == ["a0", "a1", "b1", "c1", "a2", "b2", "a3"]
    await crowd.leave()


async def test_too_many_waiting_are_refused_at_once() -> None:
    """A full queue says so instead of growing."""
    crowd = Crowd(FairLimit(at_once=1, waiting=2))
    await crowd.come("a0", "a1", "b1")
    with pytest.raises(Overloaded) as refusal:
        async with crowd.limit.slot("c"):
            pass
    assert refusal.value.waiting == 2
    await crowd.leave()


async def test_who_gives_up_is_skipped() -> None:
    """A cancelled caller frees its place in the queue, and its key with the last of it."""
    crowd = Crowd(FairLimit(at_once=1, waiting=2))
    await crowd.come("a0", "b1", "c1")
    crowd.tasks["b1"].cancel()
    await settle()
    assert crowd.limit.waiting == 1
    await crowd.go("a0")
    assert crowd.began == ["a0", "c1"]
    await crowd.leave()
    assert crowd.limit.active == 0


async def test_a_slot_given_to_who_is_just_cancelled_goes_on() -> None:
    """Whichever comes first, the slot or the cancellation, the next in line gets it."""
    for cancel_first in (True, False):
        crowd = Crowd(FairLimit(at_once=1))
        await crowd.come("a0", "b1", "c1")
        if cancel_first:
            crowd.tasks["b1"].cancel()
            crowd.tasks["a0"].cancel()
        else:
            crowd.tasks["a0"].cancel()
            await asyncio.sleep(0)
            crowd.tasks["b1"].cancel()
        await settle()
        assert crowd.began[-1] == "c1"
        await crowd.leave()
        assert (crowd.limit.active, crowd.limit.waiting) == (0, 0)


async def test_an_error_inside_frees_the_slot() -> None:
    """What goes wrong in a slot does not keep it."""
    limit = FairLimit(at_once=1)
    with pytest.raises(ValueError, match="inside"):
        async with limit.slot("a"):
            raise ValueError("inside")
    assert limit.active == 0


async def test_random_coming_and_going_leaves_nothing_behind() -> None:
    """After hundreds of callers that wait, work or are cancelled, no slot and no place is lost or doubled."""
    limit, most, now = FairLimit(at_once=3, waiting=50), 0, 0
    chance = random.Random(7)  # noqa: S311 # a reproducible test, no secret

    async def call(key: str, steps: int) -> None:
        nonlocal most, now
        async with limit.slot(key):
            now += 1
            most = max(most, now)
            for _ in range(steps):
                await asyncio.sleep(0)
            now -= 1

    async def caller() -> None:
        task = asyncio.create_task(call(chance.choice("abcd"), 20))
        for _ in range(chance.randrange(40)):
            await asyncio.sleep(0)
        if chance.random() < 0.5 and now < 3:
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    await asyncio.gather(*(caller() for _ in range(40)))
    await asyncio.gather(*(caller() for _ in range(40)))
    assert (limit.active, limit.waiting) == (0, 0)
    assert most <= 3

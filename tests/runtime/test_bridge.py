"""The bridge: events across threads, with cancellation, back-pressure and coalescing."""

import asyncio
import itertools
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import pytest

from feynman.domain import ShuttingDown
from feynman.runtime import LoopThread, Tick, across, across_stream, iterate


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    """A running loop thread, stopped at the end."""
    thread = LoopThread("test-loop")
    thread.start()
    yield thread
    assert thread.stop()


class Source:
    """Yields ``items`` with pauses and records how it ended."""

    def __init__(self, items: list[object], pause: float = 0.0, error: Exception | None = None) -> None:
        self.items = items
        self.pause = pause
        self.error = error
        self.given = 0
        self.ended = threading.Event()
        self.cancelled = False

    async def __call__(self) -> AsyncIterator[object]:
        """Yield the items as told."""
        try:
            for item in self.items:
                if self.pause:
                    await asyncio.sleep(self.pause)
                self.given += 1
                yield item
            if self.error is not None:
                raise self.error
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled = True
            raise
        finally:
            self.ended.set()


def join(one: object, other: object) -> object | None:
    """Join two texts."""
    return one + other if isinstance(one, str) and isinstance(other, str) else None


def test_items_come_in_order(loop: LoopThread) -> None:
    """Everything that was yielded arrives, in order."""
    assert list(iterate(loop, Source(list(range(1000))))) == list(range(1000))


def test_exceptions_are_carried_over_after_the_items(loop: LoopThread) -> None:
    """The producer's exception is raised in the consumer, after what came before it."""
    seen: list[object] = []
    with pytest.raises(ValueError, match="broken"):
        seen.extend(iterate(loop, Source([1, 2], error=ValueError("broken"))))
    items = iterate(loop, Source([1, 2], error=ValueError("broken")))
    assert [next(items), next(items)] == [1, 2]
    items.close()


def test_an_idle_producer_gives_ticks(loop: LoopThread) -> None:
    """While nothing comes, the consumer is woken so that it can notice Stop."""
    seen = list(iterate(loop, Source(["late"], pause=0.3), tick=0.05))
    assert sum(isinstance(item, Tick) for item in seen) >= 2
    assert seen[-1] == "late"


def test_closing_cancels_the_producer_at_once(loop: LoopThread) -> None:
    """Leaving the iterator cancels the coroutine, also in a silent gap, and its cleanup runs."""
    source = Source(["first", "second"], pause=0.05)
    source.items.append("never")
    with closing(iterate(loop, source, tick=0.02)) as items:
        for item in items:
            if item == "first":
                source.pause = 60
                break
    assert source.ended.wait(2)
    assert source.cancelled


def test_a_slow_consumer_makes_the_producer_wait(loop: LoopThread) -> None:
    """No more than the capacity runs ahead, and nothing is lost."""
    source = Source(list(range(100)))
    items = iterate(loop, source, capacity=5)
    assert next(items) == 0
    time.sleep(0.1)
    assert source.given <= 8
    assert list(items) == list(range(1, 100))


def test_a_consumer_that_leaves_a_full_channel_strands_nobody(loop: LoopThread) -> None:
    """A producer waiting for room is cancelled when the consumer goes, and the loop goes on working."""
    source = Source(list(range(100)))
    items = iterate(loop, source, capacity=3)
    next(items)
    time.sleep(0.05)
    items.close()
    assert source.ended.wait(2)

    async def alive() -> bool:
        return True

    assert loop.run(alive(), 1)


def test_neighbours_are_joined_and_paced(loop: LoopThread) -> None:
    """Many small texts come as few joined ones, at most one in each window, with nothing lost."""
    source = Source([*"abcdefghij" * 30, 7, *"xyz"], pause=0.001)
    started = time.monotonic()
    seen = [item for item in iterate(loop, source, merge=join, window=0.05) if not isinstance(item, Tick)]
    spent = time.monotonic() - started
    texts = [item for item in seen if isinstance(item, str)]
    assert "".join(texts) == "abcdefghij" * 30 + "xyz"
    assert seen.index(7) == len(seen) - 1 - seen[::-1].index(7)
    assert len(texts) <= spent / 0.05 + 2


def test_concurrent_consumers_do_not_disturb_each_other(loop: LoopThread) -> None:
    """Several threads iterate at once and each gets its own items."""
    results: dict[int, list[object]] = {}

    def consume(number: int) -> None:
        results[number] = list(iterate(loop, Source([number] * 200)))

    threads = [threading.Thread(target=consume, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert results == {number: [number] * 200 for number in range(8)}


async def forever() -> None:
    """Work that ends only when it is cancelled."""
    await asyncio.Event().wait()


async def first_then_silence() -> AsyncIterator[str]:
    """Yield once, then nothing until cancelled."""
    yield "first"
    await forever()


def cancel_all(loop: LoopThread) -> None:
    """Cancel what runs on the loop, as stopping it does."""
    for task in asyncio.all_tasks(loop.loop):
        task.cancel()


def test_a_producer_cancelled_on_its_loop_is_an_error_of_ours(loop: LoopThread) -> None:
    """A consumer whose producer is cancelled from the loop's side is told that the process is closing."""
    items = iterate(loop, first_then_silence, tick=0.02)
    assert next(items) == "first"
    assert isinstance(next(items), Tick)
    loop.loop.call_soon_threadsafe(cancel_all, loop)
    with pytest.raises(ShuttingDown):
        list(items)


def test_a_producer_cancelled_before_its_first_step_ends_the_iterator(loop: LoopThread) -> None:
    """A coroutine that never ran a line still ends what waits for it."""
    source, blocked = Source(["never"]), threading.Event()
    loop.loop.call_soon_threadsafe(blocked.wait, 5)
    items = iterate(loop, source, tick=0.02)
    assert isinstance(next(items), Tick)
    loop.loop.call_soon_threadsafe(cancel_all, loop)
    blocked.set()
    deadline = time.monotonic() + 5
    with pytest.raises(ShuttingDown):
        list(itertools.takewhile(lambda _: time.monotonic() < deadline, items))
    assert not source.ended.is_set()


async def test_across_tells_the_loops_cancellation_from_its_own(loop: LoopThread) -> None:
    """Work cancelled on its own loop is ShuttingDown; cancelling the waiting task stays a cancellation."""
    task = asyncio.create_task(across(loop, forever()))
    await asyncio.sleep(0.05)
    loop.loop.call_soon_threadsafe(cancel_all, loop)
    with pytest.raises(ShuttingDown):
        await task
    task = asyncio.create_task(across(loop, forever()))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_across_stream_tells_the_loops_cancellation(loop: LoopThread) -> None:
    """A stream cancelled on its own loop ends as ShuttingDown, after what came before."""
    items = across_stream(loop, first_then_silence)
    assert await anext(items) == "first"
    loop.loop.call_soon_threadsafe(cancel_all, loop)
    with pytest.raises(ShuttingDown):
        await anext(items)


async def test_across_awaits_on_another_loop(loop: LoopThread) -> None:
    """A coroutine runs on the owned loop and its result or exception reaches this one."""

    async def where() -> str:
        return threading.current_thread().name

    async def fail() -> None:
        raise LookupError("gone")

    assert await across(loop, where()) == "test-loop"
    with pytest.raises(LookupError):
        await across(loop, fail())


async def test_across_stream_passes_items_and_errors(loop: LoopThread) -> None:
    """A stream crosses from loop to loop with order, end and exception."""
    assert [item async for item in across_stream(loop, Source(list(range(500)), pause=0))] == list(range(500))
    with pytest.raises(ValueError, match="broken"):
        async for _ in across_stream(loop, Source([1], error=ValueError("broken"))):
            pass


async def test_leaving_across_stream_cancels_the_source(loop: LoopThread) -> None:
    """Cancelling the consuming task cancels the coroutine on the other loop."""
    source = Source([1, 2, 3], pause=0.01)

    async def consume() -> None:
        async for _ in across_stream(loop, source):
            source.pause = 60

    task = asyncio.create_task(consume())
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(source.ended.wait, 2)
    assert source.cancelled

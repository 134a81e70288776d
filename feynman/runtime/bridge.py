"""The only crossings: a coroutine's events into a synchronous iterator, and from one loop to another."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Generator
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from feynman.domain import ShuttingDown
from feynman.runtime.channel import Channel, Closed
from feynman.runtime.loop import LoopThread, outcome

__all__ = ["TICK_SECONDS", "WINDOW_SECONDS", "Tick", "across", "across_stream", "iterate"]

T = TypeVar("T")

# Streamlit notices Stop, rerun and a closed tab only when something is enqueued: 4-34 ms after it with a wake-up
# every 0.25 s (measured, docs/decisions.md).
TICK_SECONDS: Final = 0.25
# A 500-token reply resent on every token cost 881 kB and 0.64 CPU s, at 80 ms 115 kB and 0.25 s (measured).
WINDOW_SECONDS: Final = 0.08


class Tick:
    """Nothing happened for a while: a moment to look whether anybody still waits."""


def iterate(
    thread: LoopThread,
    make: Callable[[], AsyncIterator[T]],
    *,
    merge: Callable[[T, T], T | None] | None = None,
    tick: float = TICK_SECONDS,
    window: float = WINDOW_SECONDS,
    capacity: int = 256,
) -> Generator[T | Tick, None, None]:
    """Yield what ``make()`` yields on the loop, and a :class:`Tick` after each ``tick`` idle seconds.

    Neighbours that ``merge`` joins come as one item at most every ``window`` seconds. A slow consumer makes the
    producer wait once ``capacity`` items are queued. Closing the iterator cancels the producer at once; its
    exception is raised here.

    Raises:
        ShuttingDown: the loop is stopping, or the producer was cancelled there.
    """
    channel: Channel[T] = Channel(thread.loop, capacity=capacity, merge=merge)
    future = _started(thread, make, channel)
    paced = 0.0
    try:
        while True:
            item = channel.get(tick)
            if item is None:
                yield Tick()
            elif isinstance(item, Closed):
                break
            else:
                yield item.value
                if item.merged:
                    paced = _pace(paced, window)
        outcome(future)
    finally:
        channel.abandon()
        future.cancel()


def _pace(previous: float, window: float) -> float:
    wait = previous + window - time.monotonic()
    if wait > 0:
        time.sleep(wait)
    return time.monotonic()


def _started(thread: LoopThread, make: Callable[[], AsyncIterator[T]], channel: Channel[T]) -> Future[None]:
    future = thread.submit(_produce(make, channel))
    # Not the coroutine's own finally: one that is cancelled before its first step runs none.
    future.add_done_callback(lambda _: channel.finish())
    return future


async def _produce(make: Callable[[], AsyncIterator[T]], channel: Channel[T]) -> None:
    events = make()
    try:
        async for event in events:
            await channel.put(event)
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()


async def across(thread: LoopThread, work: Coroutine[Any, Any, T]) -> T:
    """Await ``work``, which runs on ``thread``'s loop, from another loop; cancellation goes along.

    Raises:
        ShuttingDown: that loop is stopping, or the work was cancelled there.
    """
    return await _crossed(thread.submit(work))


async def _crossed(future: Future[T]) -> T:
    try:
        return await asyncio.wrap_future(future)
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling() > 0:
            raise
        raise ShuttingDown("the work was cancelled") from error


async def across_stream(
    thread: LoopThread, make: Callable[[], AsyncIterator[T]], *, capacity: int = 256
) -> AsyncIterator[T]:
    """Yield on the caller's loop what ``make()`` yields on ``thread``'s loop; leaving cancels it.

    Raises:
        ShuttingDown: that loop is stopping, or the work was cancelled there.
    """
    here = asyncio.get_running_loop()
    ready = asyncio.Event()
    channel: Channel[T] = Channel(thread.loop, capacity=capacity, wake=lambda: here.call_soon_threadsafe(ready.set))
    future = _started(thread, make, channel)
    try:
        while True:
            item = channel.get(0)
            if item is None:
                await ready.wait()
                ready.clear()
            elif isinstance(item, Closed):
                break
            else:
                yield item.value
        await _crossed(future)
    finally:
        channel.abandon()
        future.cancel()

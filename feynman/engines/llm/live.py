"""Telling live what a piece of work finds out."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar, cast

__all__ = ["told"]

T = TypeVar("T")


async def told(work: Callable[[Callable[[T], None]], Awaitable[None]]) -> AsyncGenerator[T, None]:
    """Run ``work`` in a task of its own and yield what it tells, while it goes on.

    Closing the generator cancels the work and waits for its end; the work's error is raised when all is told.
    """
    end = object()
    queue: asyncio.Queue[object] = asyncio.Queue()

    async def run() -> None:
        try:
            await work(queue.put_nowait)
        finally:
            queue.put_nowait(end)

    task = asyncio.create_task(run())
    try:
        while (item := await queue.get()) is not end:
            yield cast("T", item)
        await task
    finally:
        await _stopped(task)


async def _stopped(task: asyncio.Task[None]) -> None:
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
    if not task.cancelled():
        task.exception()  # seen: nobody is left to hear of it

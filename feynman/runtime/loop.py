"""One event loop on a thread of its own."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from feynman.domain import ShuttingDown

__all__ = ["LoopThread", "outcome"]

T = TypeVar("T")


class LoopThread:
    """Runs coroutines for other threads; everything async of the process lives on it."""

    def __init__(self, name: str = "feynman-loop") -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._closing = False

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop itself, for ``call_soon_threadsafe``.

        Raises:
            ShuttingDown: the thread has not been started.
        """
        if self._loop is None:
            raise ShuttingDown("the event loop has not been started")
        return self._loop

    def start(self) -> None:
        """Start the thread."""
        self._loop = asyncio.new_event_loop()
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Schedule ``work``; cancelling the future cancels the coroutine.

        Raises:
            ShuttingDown: the loop is stopping.
        """
        if self._closing:
            work.close()
            raise ShuttingDown("the event loop is stopping")
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run ``work`` and wait for its result, at most ``timeout`` seconds.

        Raises:
            TimeoutError: it took longer; the coroutine is cancelled.
            ShuttingDown: the loop is stopping, or the work was cancelled there.
        """
        future = self.submit(work)
        try:
            return outcome(future, timeout)
        finally:
            future.cancel()

    def stop(self, timeout: float = 10.0) -> bool:
        """Cancel what still runs, close the loop and return whether the thread ended within ``timeout`` seconds."""
        self._closing = True
        if not self._thread.is_alive():
            return True
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        loop = self.loop
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            _cancel_rest(loop)
            loop.close()


def outcome(future: Future[T], timeout: float | None = None) -> T:
    """Wait for the result of work on a loop, at most ``timeout`` seconds; its exception is raised here.

    Raises:
        TimeoutError: it took longer.
        ShuttingDown: the work was cancelled.
    """
    try:
        return future.result(timeout)
    except CancelledError as error:
        raise ShuttingDown("the work was cancelled") from error


def _cancel_rest(loop: asyncio.AbstractEventLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.run_until_complete(loop.shutdown_default_executor())

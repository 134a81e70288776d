"""Who may run a turn now: one at a time in a session, none once the process is closing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from feynman.domain import ShuttingDown

__all__ = ["Turnstile"]


class Turnstile:
    """Lets turns in and waits for them at the end."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._active: set[asyncio.Task[object]] = set()
        self._closing = False

    def busy(self, session_id: str) -> bool:
        """Whether a turn of that session is running."""
        lock = self._locks.get(session_id)
        return lock is not None and lock.locked()

    def check(self) -> None:
        """Do nothing while turns are taken.

        Raises:
            ShuttingDown: no new turn is taken.
        """
        if self._closing:
            raise ShuttingDown("the process is closing")

    @asynccontextmanager
    async def turn(self, session_id: str) -> AsyncIterator[None]:
        """Hold the session while one turn runs; others of the same session wait in order.

        Raises:
            ShuttingDown: no new turn is taken.
        """
        self.check()
        lock = self._locks.setdefault(session_id, asyncio.Lock())
        task = asyncio.current_task()
        if task is not None:
            self._active.add(task)
        try:
            async with lock:
                yield
        finally:
            if task is not None:
                self._active.discard(task)

    async def close(self, patience: float) -> None:
        """Take no new turn, give the running ones ``patience`` seconds to finish, then cancel them."""
        self._closing = True
        if not self._active:
            return
        _, late = await asyncio.wait(self._active, timeout=patience)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

"""So many at once, and everybody in turn."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from feynman.resilience.errors import Overloaded

__all__ = ["FairLimit"]

_AT_ONCE: Final = 10
_WAITING: Final = 100


class FairLimit:
    """At most ``at_once`` holders; others wait, ``waiting`` of them at most; for tasks of one event loop.

    Free slots go round the keys that wait, and within a key to who came first: a key with many calls delays another
    by one call a round.
    """

    def __init__(self, *, at_once: int = _AT_ONCE, waiting: int = _WAITING) -> None:
        self._at_once = at_once
        self._most_waiting = waiting
        self._active = 0
        self._waiting = 0
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def active(self) -> int:
        """How many hold a slot."""
        return self._active

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return self._waiting

    @asynccontextmanager
    async def slot(self, key: str) -> AsyncIterator[None]:
        """Hold a slot, after waiting for it if need be.

        Raises:
            Overloaded: too many wait already.
        """
        await self._acquire(key)
        try:
            yield
        finally:
            self._release()

    async def _acquire(self, key: str) -> None:
        if self._active < self._at_once:
            self._active += 1
            return
        if self._waiting >= self._most_waiting:
            raise Overloaded(self._waiting)
        turn = asyncio.get_running_loop().create_future()
        self._queues.setdefault(key, deque()).append(turn)
        self._waiting += 1
        try:
            await turn
        except asyncio.CancelledError:
            self._give_up(key, turn)
            raise

    def _give_up(self, key: str, turn: asyncio.Future[None]) -> None:
        if not turn.cancelled():
            # The slot came in the same moment: it goes on to the next.
            self._release()
            return
        queue = self._queues.get(key, deque())
        if turn in queue:
            queue.remove(turn)
            self._waiting -= 1
        if not queue:
            self._queues.pop(key, None)

    def _release(self) -> None:
        turn = self._next()
        while turn is not None and turn.done():  # cancelled, but its task has not run since
            turn = self._next()
        if turn is None:
            self._active -= 1
        else:
            turn.set_result(None)

    def _next(self) -> asyncio.Future[None] | None:
        if not self._queues:
            return None
        key, queue = self._queues.popitem(last=False)
        turn = queue.popleft()
        self._waiting -= 1
        if queue:
            self._queues[key] = queue
        return turn

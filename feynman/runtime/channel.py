"""A bounded queue from coroutines on one loop to one consumer elsewhere."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

__all__ = ["Channel", "Closed", "Item"]

T = TypeVar("T")


class Closed:
    """The producer has ended."""


class Item(NamedTuple, Generic[T]):
    """One value; ``merged`` says that it belongs to a run of joinable values."""

    value: T
    merged: bool


class Channel(Generic[T]):
    """Values from a loop to a consumer; no thread is ever blocked by the other side.

    The producer awaits room on its own loop, the consumer waits on a condition with a timeout. ``merge(a, b)``
    returns one value for two neighbours or ``None``; joined values take no room.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        *,
        capacity: int,
        merge: Callable[[T, T], T | None] | None = None,
        wake: Callable[[], object] | None = None,
    ) -> None:
        self._loop = loop
        self._capacity = capacity
        self._merge = merge
        self._wake = wake
        self._items: deque[T] = deque()
        self._changed = threading.Condition()
        self._room = asyncio.Event()
        self._finished = False

    async def put(self, value: T) -> None:
        """Append ``value``, waiting while the channel is full."""
        while not self._accept(value):
            await self._room.wait()

    def finish(self) -> None:
        """No value follows."""
        with self._changed:
            self._finished = True
            self._changed.notify_all()
        self._notify()

    def abandon(self) -> None:
        """The consumer is gone: drop what is queued and let the producer run into its cancellation."""
        with self._changed:
            self._items.clear()
        self._free()

    def get(self, timeout: float) -> Item[T] | Closed | None:
        """Return the next value, ``Closed`` after the last, or ``None`` after ``timeout`` seconds without one."""
        with self._changed:
            if not self._items and not self._finished and timeout > 0:
                self._changed.wait(timeout)
            if not self._items:
                return Closed() if self._finished else None
            value = self._items.popleft()
        self._free()
        return Item(value, merged=self._merge is not None and self._merge(value, value) is not None)

    def _accept(self, value: T) -> bool:
        with self._changed:
            if not self._join(value):
                if len(self._items) >= self._capacity:
                    self._room.clear()
                    return False
                self._items.append(value)
            self._changed.notify_all()
        self._notify()
        return True

    def _join(self, value: T) -> bool:
        if self._merge is None or not self._items:
            return False
        joined = self._merge(self._items[-1], value)
        if joined is None:
            return False
        self._items[-1] = joined
        return True

    def _notify(self) -> None:
        if self._wake is not None:
            self._wake()

    def _free(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._room.set)

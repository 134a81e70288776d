"""One computation for all who ask for the same at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

__all__ = ["Flights"]

T = TypeVar("T")


class _Flight(Generic[T]):
    def __init__(self, task: asyncio.Task[T]) -> None:
        self.task = task
        self.passengers = 0


class Flights(Generic[T]):
    """The computations under way, by key; for tasks of one event loop."""

    def __init__(self) -> None:
        self._flights: dict[str, _Flight[T]] = {}

    async def join(self, key: str, compute: Callable[[], Awaitable[T]]) -> T:
        """Await the computation of ``key`` that is under way, else begin one.

        Everybody gets its result or its error. Who is cancelled leaves; the last to leave cancels it.
        """
        flight = self._flights.get(key)
        if flight is None:
            flight = self._begin(key, compute)
        flight.passengers += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.passengers -= 1
            if flight.passengers == 0:
                self._forget(key, flight)
                flight.task.cancel()

    def _begin(self, key: str, compute: Callable[[], Awaitable[T]]) -> _Flight[T]:
        async def run() -> T:
            return await compute()

        flight = self._flights[key] = _Flight(asyncio.ensure_future(run()))
        flight.task.add_done_callback(lambda task: self._landed(key, flight, task))
        return flight

    def _landed(self, key: str, flight: _Flight[T], task: asyncio.Task[T]) -> None:
        self._forget(key, flight)
        if not task.cancelled():
            # Marks an error as seen: who left before it came does not ask for it.
            task.exception()

    def _forget(self, key: str, flight: _Flight[T]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]

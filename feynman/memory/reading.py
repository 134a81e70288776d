"""Asking the index: off the loop, within a time, and not again and again when it fails."""

import asyncio
from collections.abc import Awaitable
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from feynman.domain import MemoryUnavailable
from feynman.memory.entry import Hit
from feynman.memory.status import Status
from feynman.memory.timing import Timing
from feynman.memory.writer import Writer
from feynman.observability.metrics import Metrics
from feynman.resilience import Breaker, BreakerState, CircuitOpen

if TYPE_CHECKING:
    from feynman.memory.index import Index

__all__ = ["Reader"]

_PART: Final = "memory"
# A query takes about a millisecond; a turn does not wait for a disk that hangs.
_SECONDS: Final = 3.0


class Reader:
    """Queries the index that ``writer`` owns, each one opened under a new circuit; where it opens, ``status`` fails."""

    def __init__(
        self,
        writer: Writer,
        status: Status,
        timing: Timing,
        *,
        metrics: Metrics | None = None,
        seconds: float = _SECONDS,
    ) -> None:
        self._writer = writer
        self._status = status
        self._timing = timing
        self._seconds = seconds
        self._metrics = metrics
        self._known: Index | None = None
        self._breaker = self._circuit()

    async def hits(
        self, vector: NDArray[np.float32], k: int, where: dict[str, str], exclude_session: str | None = None
    ) -> list[Hit]:
        """Return at most ``k`` memories whose metadata equal ``where``, the nearest first.

        Raises:
            MemoryUnavailable: there is no index, or it fails.
        """
        index = self._writer.index
        if index is None:
            raise MemoryUnavailable(self._status.detail)
        if index is not self._known:
            self._known, self._breaker = index, self._circuit()
        query = partial(index.query, vector, k, where, exclude_session=exclude_session)
        try:
            with self._breaker.guard(), self._timing.operation("query"):
                return await self._in_time(asyncio.to_thread(query))
        except CircuitOpen as error:
            raise MemoryUnavailable(str(error)) from error

    async def _in_time(self, query: Awaitable[list[Hit]]) -> list[Hit]:
        try:
            async with asyncio.timeout(self._seconds):
                return await query
        except TimeoutError as error:
            raise MemoryUnavailable(f"the memory index did not answer within {self._seconds:g} s") from error

    def _circuit(self) -> Breaker:
        breaker = Breaker(_PART, counts=MemoryUnavailable, on_change=self._changed)
        self._tell(breaker.state)
        return breaker

    def _changed(self, _part: str, state: BreakerState) -> None:
        self._tell(state)
        if state == "open":
            self._status.failed("the memory index failed again and again")

    def _tell(self, state: BreakerState) -> None:
        if self._metrics is not None:
            self._metrics.models.circuit(_PART, state)

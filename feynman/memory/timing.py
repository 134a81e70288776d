"""How long the index takes, as metrics and as steps of the trace at hand."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from feynman.observability.metrics import Metrics
from feynman.observability.tracing import step

__all__ = ["Timing"]


class Timing:
    """Times operations of the index; without ``metrics`` only traces tell of them."""

    def __init__(self, metrics: Metrics | None, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self._metrics = metrics
        self._clock = clock

    @contextmanager
    def operation(self, name: Literal["query", "write", "delete"]) -> Iterator[None]:
        """Time the block as one operation."""
        started = self._clock()
        try:
            with step(f"chroma {name}", **{"db.system.name": "chroma", "db.operation.name": name}):
                yield
        finally:
            if self._metrics is not None:
                self._metrics.index(name, self._clock() - started)

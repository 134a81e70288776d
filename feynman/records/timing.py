"""How long the database takes, as metrics and as steps of the trace at hand."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, Literal

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from feynman.domain import RecordsUnavailable
from feynman.observability.metrics import Metrics
from feynman.observability.tracing import step

__all__ = ["Timing"]

_STARTED: Final = "feynman_started"


class Timing:
    """Times the transactions and statements of ``engine``; without ``metrics`` only traces tell of them."""

    def __init__(
        self, engine: AsyncEngine, metrics: Metrics | None, *, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._system = engine.dialect.name
        self._metrics = metrics
        self._clock = clock
        if metrics is not None:
            event.listen(engine.sync_engine, "before_cursor_execute", self._before)
            event.listen(engine.sync_engine, "after_cursor_execute", self._after)

    @contextmanager
    def transaction(self, mode: Literal["read", "write"], work: Callable[..., object]) -> Iterator[None]:
        """Time the block as one transaction that does ``work``, from before it waits for its turn until it is kept."""
        started, failed = self._clock(), False
        name, attributes = _name(work), {"db.system.name": self._system, "db.operation.name": mode}
        try:
            with step(f"database {mode} {name}", **attributes):
                yield
        except RecordsUnavailable:
            failed = True
            raise
        finally:
            if self._metrics is not None:
                self._metrics.transaction(mode, self._clock() - started, failed=failed)

    def _before(self, connection: Any, *_: object) -> None:  # noqa: ANN401 # SQLAlchemy's listeners are untyped
        connection.info[_STARTED] = self._clock()

    def _after(self, connection: Any, _cursor: object, statement: str, *_: object) -> None:  # noqa: ANN401 # as above
        started = connection.info.pop(_STARTED, None)
        if started is not None and self._metrics is not None:
            self._metrics.query(statement.lstrip()[:6].lower(), self._clock() - started)


def _name(work: Callable[..., object]) -> str:
    """``turns.begin`` for ``_begin`` of the module ``turns``."""
    function = work.func if isinstance(work, partial) else work
    module = getattr(function, "__module__", "").rpartition(".")[2]
    return f"{module}.{getattr(function, '__name__', 'work').lstrip('_')}"

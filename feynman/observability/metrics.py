"""The metrics of one process; every label set is bounded."""

import time
from collections.abc import Callable
from typing import Final, Literal, get_args

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from feynman.domain import Language, clean_text
from feynman.observability.instruments import Instruments
from feynman.observability.turns import TurnMeter

__all__ = ["MemoryAction", "Metrics"]

MemoryAction = Literal["queued", "created", "merged", "forgotten", "recalled", "failed"]

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OPERATIONS: Final = frozenset({"select", "insert", "update", "delete"})
_INDEX_OPERATIONS: Final = frozenset({"query", "write", "delete"})
# The API has a dozen routes.
_MOST_ENDPOINTS: Final = 50
_LONGEST: Final = 100
_OTHER: Final = "other"


class Metrics(Instruments):
    """All instruments, and what is done with several of them at once."""

    content_type: Final = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self) -> None:
        super().__init__()
        self._endpoints: dict[str, str] = {}

    def request(self, method: str, endpoint: str | None, status: int, seconds: float) -> None:
        """Count one answered request; ``endpoint`` is the route's template, ``None`` for a path without a route."""
        method = method if method in _METHODS else _OTHER
        endpoint = self._endpoint(endpoint)
        self.requests.labels(method, endpoint, str(status)).inc()
        self.request_seconds.labels(method, endpoint).observe(seconds)

    def answered(self, endpoint: str | None, size: int, *, aborted: bool) -> None:
        """Count the ``size`` bytes of an answer, and whether its client left before the last of them."""
        endpoint = self._endpoint(endpoint)
        self.sent_bytes.labels(endpoint).inc(size)
        if aborted:
            self.aborts.labels(endpoint).inc()

    def query(self, operation: str, seconds: float) -> None:
        """Count one statement of the records database."""
        self.query_seconds.labels(operation if operation in _OPERATIONS else _OTHER).observe(seconds)

    def transaction(self, mode: Literal["read", "write"], seconds: float, *, failed: bool) -> None:
        """Count one transaction of the records database; one that was refused for its content did not fail."""
        self.transaction_seconds.labels(mode).observe(seconds)
        if failed:
            self.database_errors.labels(mode).inc()

    def index(self, operation: str, seconds: float) -> None:
        """Count one operation of the memory index."""
        self.index_seconds.labels(operation if operation in _INDEX_OPERATIONS else _OTHER).observe(seconds)

    def turn(
        self, language: Language, *, engine: str = "other", clock: Callable[[], float] = time.perf_counter
    ) -> TurnMeter:
        """Meter one turn that starts now; ``engine`` is what a turn that never completes is counted under."""
        return TurnMeter(self, language, engine=engine, clock=clock)

    def memory(self, action: MemoryAction, count: int = 1) -> None:
        """Count what was done to ``count`` memories."""
        self.memories.labels(action if action in get_args(MemoryAction) else _OTHER).inc(count)

    def render(self) -> bytes:
        """Everything in Prometheus' text format; its media type is ``content_type``."""
        return generate_latest(self.registry)

    def snapshot(self) -> dict[str, float]:
        """Everything as numbers.

        Each sample under ``name{label="value",...}`` and the sum over its labels under ``name``; no buckets.
        """
        values: dict[str, float] = {}
        for family in self.registry.collect():
            for sample in family.samples:
                if sample.name.endswith(("_bucket", "_created")):
                    continue
                values[sample.name] = values.get(sample.name, 0.0) + sample.value
                if sample.labels:
                    labels = ",".join(f'{name}="{value}"' for name, value in sample.labels.items())
                    values[f"{sample.name}{{{labels}}}"] = sample.value
        return values

    def _endpoint(self, endpoint: str | None) -> str:
        if endpoint is None or (endpoint not in self._endpoints and len(self._endpoints) >= _MOST_ENDPOINTS):
            return _OTHER
        return self._endpoints.setdefault(endpoint, clean_text(endpoint[:_LONGEST]))

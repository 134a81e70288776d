"""The metrics of one process; every label set is bounded."""

import time
from collections.abc import Callable
from typing import Final, Literal, get_args

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from feynman.domain import Language
from feynman.observability.instruments import Instruments
from feynman.observability.turns import TurnMeter

__all__ = ["MemoryAction", "Metrics"]

MemoryAction = Literal["queued", "created", "merged", "forgotten", "recalled", "failed"]

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics(Instruments):
    """All instruments, and what is done with several of them at once."""

    content_type: Final = CONTENT_TYPE_PLAIN_0_0_4

    def request(self, method: str, endpoint: str | None, status: int, seconds: float) -> None:
        """Count one answered request; ``endpoint`` is the route's template, ``None`` for a path without a route."""
        method = method if method in _METHODS else "other"
        endpoint = "other" if endpoint is None else endpoint
        self.requests.labels(method, endpoint, str(status)).inc()
        self.request_seconds.labels(method, endpoint).observe(seconds)

    def turn(
        self, language: Language, *, engine: str = "other", clock: Callable[[], float] = time.perf_counter
    ) -> TurnMeter:
        """Meter one turn that starts now; ``engine`` is what a turn that never completes is counted under."""
        return TurnMeter(self, language, engine=engine, clock=clock)

    def memory(self, action: MemoryAction, count: int = 1) -> None:
        """Count what was done to ``count`` memories."""
        self.memories.labels(action if action in get_args(MemoryAction) else "other").inc(count)

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

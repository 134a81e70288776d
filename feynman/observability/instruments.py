"""What is measured: the metrics' names, labels and buckets."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from feynman.observability.models import ModelMeter
from feynman.observability.process import ProcessCollector

__all__ = ["Instruments"]

# A turn of the built-in student takes tens of milliseconds, one of a remote model up to minutes.
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


class Instruments:
    """Counters, gauges and histograms; ``registry`` belongs to this object, so that there may be several."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(ProcessCollector())
        # The first three names are the seed's.
        self.requests = self._counter("api_requests_total", "API requests", "method", "endpoint", "status")
        self.request_seconds = self._histogram(
            "api_request_duration_seconds", "Seconds until the last byte of the answer", "method", "endpoint"
        )
        self.active = Gauge("api_active_connections", "API requests being answered", registry=self.registry)
        self.turns = self._counter("feynman_turns_total", "Turns", "engine", "status")
        self.turn_seconds = self._histogram("feynman_turn_duration_seconds", "Seconds of a turn by stage", "stage")
        self.first_event = self._histogram("feynman_time_to_first_event_seconds", "Seconds until a turn's first event")
        self.first_token = self._histogram("feynman_time_to_first_token_seconds", "Seconds until a reply's first text")
        self.gaps = self._counter("feynman_gaps_total", "Gaps found", "kind", "language")
        self.gaps_resolved = self._counter("feynman_gaps_resolved_total", "Gaps resolved", "kind")
        self.memories = self._counter("feynman_memories_total", "What happened to memories", "action")
        self.jobs_pending = Gauge("feynman_jobs_pending", "Jobs in the outbox", registry=self.registry)
        self.models = ModelMeter(self.registry)
        self.loop_lag = Gauge("feynman_event_loop_lag_seconds", "How late the loop wakes", registry=self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, *labels: str) -> Histogram:
        return Histogram(name, text, labels, buckets=_SECONDS, registry=self.registry)

"""What is measured: the metrics' names, labels and buckets."""

from collections.abc import Callable
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from feynman.observability.models import ModelMeter
from feynman.observability.process import ProcessCollector

__all__ = ["Instruments", "Queue"]

Queue = Literal["memory", "model", "consolidation"]

# A turn of the built-in student takes tens of milliseconds, one of a remote model up to minutes.
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
# A statement takes fractions of a millisecond, one that waits for the file up to the five seconds of its patience.
_QUERY_SECONDS: Final = (0.0002, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


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
        self.active = self._gauge("api_active_connections", "API requests being answered")
        self.streaming = self._gauge("api_streaming_connections", "Answers being streamed")
        self.sent_bytes = self._counter("api_response_bytes_total", "Bytes of answers", "endpoint")
        self.aborts = self._counter("api_client_aborts_total", "Clients that left before the last byte", "endpoint")
        self.turns = self._counter("feynman_turns_total", "Turns", "engine", "status")
        self.active_turns = self._gauge("feynman_active_turns", "Turns under way")
        self.turn_seconds = self._histogram("feynman_turn_duration_seconds", "Seconds of a turn by stage", "stage")
        self.first_event = self._histogram("feynman_time_to_first_event_seconds", "Seconds until a turn's first event")
        self.first_token = self._histogram("feynman_time_to_first_token_seconds", "Seconds until a reply's first text")
        self.gaps = self._counter("feynman_gaps_total", "Gaps found", "kind", "language")
        self.gaps_resolved = self._counter("feynman_gaps_resolved_total", "Gaps resolved", "kind")
        self.memories = self._counter("feynman_memories_total", "What happened to memories", "action")
        self.query_seconds = Histogram(
            "feynman_database_query_duration_seconds",
            "Seconds of a statement of the records database",
            ("operation",),
            buckets=_QUERY_SECONDS,
            registry=self.registry,
        )
        self.transaction_seconds = Histogram(
            "feynman_database_transaction_duration_seconds",
            "Seconds of a transaction of the records database, waiting and commit included",
            ("mode",),
            buckets=_QUERY_SECONDS,
            registry=self.registry,
        )
        self.database_errors = self._counter("feynman_database_errors_total", "Transactions that failed", "mode")
        for mode in ("read", "write"):
            # Prometheus sees no increase to a first value.
            self.database_errors.labels(mode)
        self.index_seconds = Histogram(
            "feynman_memory_index_duration_seconds",
            "Seconds of an operation of the memory index",
            ("operation",),
            buckets=_QUERY_SECONDS,
            registry=self.registry,
        )
        self.jobs_pending = self._gauge("feynman_jobs_pending", "Jobs in the outbox")
        self.jobs_given_up = self._counter("feynman_jobs_given_up_total", "Jobs that failed too often")
        self.queues = self._gauge("feynman_queue_depth", "What waits in this process, by queue", "queue")
        self.models = ModelMeter(self.registry)
        self.loop_lag = self._gauge("feynman_event_loop_lag_seconds", "How late the loop wakes")

    def watch_queue(self, queue: Queue, depth: Callable[[], int]) -> None:
        """Ask ``depth`` whenever somebody looks; it may be called from any thread."""
        self.queues.labels(queue).set_function(depth)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, *labels: str) -> Histogram:
        return Histogram(name, text, labels, buckets=_SECONDS, registry=self.registry)

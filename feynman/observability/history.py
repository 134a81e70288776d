"""How the figures of this process went during the last hour."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final, Literal, NamedTuple, get_args

from prometheus_client.metrics import MetricWrapperBase

from feynman.observability.instruments import Instruments
from feynman.observability.process import ProcessCollector

__all__ = ["MetricHistory", "Point", "SeriesName"]

SeriesName = Literal[
    "active_turns",
    "cost",
    "cpu",
    "database_p95",
    "errors",
    "first_token_p50",
    "first_token_p95",
    "lag",
    "memory_bytes",
    "model_p50",
    "model_p95",
    "queue",
    "request_p50",
    "request_p95",
    "requests",
    "streams",
    "tokens",
    "turn_p50",
    "turn_p95",
    "turns",
]

_EVERY_SECONDS: Final = 5.0
_WINDOW_SECONDS: Final = 60.0
_POINTS: Final = 720  # an hour
_PROBES: Final = ("/health", "/metrics")
_SERVER_ERROR: Final = "5"


class Point(NamedTuple):
    """One value at one time (UTC); 13,000 of them in an hour, so nothing bigger than a tuple."""

    at: datetime
    value: float


class _Reading(NamedTuple):
    """What the instruments showed at ``clock`` seconds; buckets are cumulative, by their upper bound."""

    clock: float
    counts: Mapping[str, float]
    buckets: Mapping[str, Mapping[float, float]]


class MetricHistory:
    """Samples ``metrics`` every ``every`` seconds and keeps ``points`` values of each series.

    ``requests``, ``turns``, ``errors`` (failed turns and answers of 500 and above) and ``tokens`` are counts of the
    last ``window`` seconds, latencies (``_p50``, ``_p95``) percentiles of it in seconds, with no point where there was
    nothing; ``cost`` adds up since the start; ``cpu`` is the share of one processor since the sample before; the others
    are what they were at that moment.
    """

    def __init__(
        self,
        metrics: Instruments,
        *,
        every: float = _EVERY_SECONDS,
        window: float = _WINDOW_SECONDS,
        points: int = _POINTS,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._metrics = metrics
        self._every = every
        self._window = window
        self._clock = clock
        self._now = now
        self._process = ProcessCollector()
        self._lock = threading.Lock()
        self._readings: deque[_Reading] = deque()
        self._series: dict[str, deque[Point]] = {name: deque(maxlen=points) for name in get_args(SeriesName)}

    def series(self, name: SeriesName) -> tuple[Point, ...]:
        """Return the kept points, the oldest first."""
        with self._lock:
            return tuple(self._series[name])

    def sample(self) -> None:
        """Take one sample."""
        reading, at = self._read(), self._now()
        with self._lock:
            self._readings.append(reading)
            while len(self._readings) > 1 and self._readings[1].clock <= reading.clock - self._window:
                self._readings.popleft()
            before = self._readings[-2] if len(self._readings) > 1 else reading
            for name, value in _values(reading, self._readings[0], before).items():
                self._series[name].append(Point(at=at, value=value))

    async def watch(self, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Take samples until cancelled."""
        while True:
            await asyncio.to_thread(self.sample)
            await sleep(self._every)

    def _read(self) -> _Reading:
        metrics = self._metrics
        models = metrics.models
        process = {metric.name: metric.samples[0].value for metric in self._process.collect()}
        counts = {
            "requests": _sum(metrics.requests),
            "turns": _sum(metrics.turns),
            "errors": _sum(metrics.turns, status="failed") + _sum(metrics.requests, status=_SERVER_ERROR),
            "tokens": _sum(models.token_usage, suffix="_sum"),
            "cost": _sum(models.cost),
            "cpu": process["process_cpu_seconds"],
            "memory_bytes": process["process_resident_memory_bytes"],
            # Jobs that are queued here are pending in the database too.
            "queue": _sum(metrics.jobs_pending) + _sum(metrics.queues, queue="model"),
            "active_turns": _sum(metrics.active_turns),
            "streams": _sum(metrics.streaming),
            "lag": _sum(metrics.loop_lag),
        }
        buckets = {
            "request": _buckets(metrics.request_seconds),
            "turn": _buckets(metrics.turn_seconds, stage="total"),
            "first_token": _buckets(metrics.first_token),
            "model": _buckets(models.seconds),
            "database": _buckets(metrics.transaction_seconds),
        }
        return _Reading(self._clock(), counts, buckets)


def _values(reading: _Reading, first: _Reading, before: _Reading) -> dict[str, float]:
    """All series' values; ``first`` is the oldest reading of the window, ``before`` the one before."""
    values = dict(reading.counts)
    for name in ("requests", "turns", "errors", "tokens"):
        values[name] -= first.counts[name]
    seconds = reading.clock - before.clock
    values["cpu"] = (reading.counts["cpu"] - before.counts["cpu"]) / seconds if seconds > 0 else 0.0
    for name, buckets in reading.buckets.items():
        earlier = first.buckets[name]
        increase = {bound: count - earlier.get(bound, 0.0) for bound, count in buckets.items()}
        for share, suffix in ((0.5, "p50"), (0.95, "p95")):
            quantile = _quantile(increase, share)
            if quantile is not None and f"{name}_{suffix}" in get_args(SeriesName):
                values[f"{name}_{suffix}"] = quantile
    return values


def _quantile(buckets: Mapping[float, float], share: float) -> float | None:
    """Interpolate within the bucket, as Prometheus' histogram_quantile does."""
    bounds = [(0.0, 0.0), *sorted(buckets.items())]
    rank = bounds[-1][1] * share
    if rank <= 0:
        return None
    for (low, below), (high, count) in pairwise(bounds):
        if count >= rank:
            return low if high == float("inf") else low + (high - low) * (rank - below) / (count - below)
    return None


def _sum(metric: MetricWrapperBase, *, suffix: str = "", **labels: str) -> float:
    """Add up the samples whose labels begin with what is given; machines that ask how we are do not count."""
    total = 0.0
    for family in metric.collect():
        for sample in family.samples:
            if sample.name.endswith("_created") or not sample.name.endswith(suffix) or _is_probe(sample.labels):
                continue
            if all(sample.labels[name].startswith(value) for name, value in labels.items()):
                total += sample.value
    return total


def _buckets(metric: MetricWrapperBase, **labels: str) -> dict[float, float]:
    found: dict[float, float] = {}
    for family in metric.collect():
        for sample in family.samples:
            if not sample.name.endswith("_bucket") or _is_probe(sample.labels):
                continue
            if all(sample.labels[name] == value for name, value in labels.items()):
                bound = float(sample.labels["le"])
                found[bound] = found.get(bound, 0.0) + sample.value
    return found


def _is_probe(labels: Mapping[str, str]) -> bool:
    return labels.get("endpoint", "").startswith(_PROBES)

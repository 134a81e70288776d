"""Logs, metrics, traces and health of one process."""

from feynman.observability import logs, tracing
from feynman.observability.health import CheckResult, CheckStatus, Health, HealthReport
from feynman.observability.history import MetricHistory, Point, SeriesName
from feynman.observability.lag import watch_lag
from feynman.observability.metrics import Metrics
from feynman.observability.traces import SpanRecord, Trace, TraceBuffer, TraceStatus
from feynman.observability.turns import TurnMeter

__all__ = [
    "CheckResult",
    "CheckStatus",
    "Health",
    "HealthReport",
    "MetricHistory",
    "Metrics",
    "Point",
    "SeriesName",
    "SpanRecord",
    "Trace",
    "TraceBuffer",
    "TraceStatus",
    "TurnMeter",
    "logs",
    "tracing",
    "watch_lag",
]

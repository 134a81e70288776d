"""What is watched of one process, and where its traces go."""

import asyncio

import structlog

from feynman.observability.history import MetricHistory
from feynman.observability.lag import watch_lag
from feynman.observability.metrics import Metrics
from feynman.observability.tracing import Export
from feynman.settings import Settings

__all__ = ["traces_export", "watch"]

log = structlog.get_logger("feynman.container")

_KNOWN = frozenset({"otlp", "none"})


def traces_export(settings: Settings) -> Export | None:
    """Where the traces go by OpenTelemetry's settings; nowhere unless an exporter or an endpoint is named."""
    chosen = {name.strip() for name in (settings.traces_exporter or "").lower().split(",")} - {""}
    if chosen - _KNOWN:
        log.warning("traces_exporter_unknown", names=sorted(chosen - _KNOWN), known=sorted(_KNOWN))
    wanted = "otlp" in chosen if chosen else settings.traces_endpoint is not None
    return Export(endpoint=settings.traces_endpoint, protocol=settings.traces_protocol) if wanted else None


async def watch(metrics: Metrics, history: MetricHistory) -> None:
    """Watch the loop and keep the history, until cancelled."""
    async with asyncio.TaskGroup() as group:
        group.create_task(watch_lag(metrics))
        group.create_task(history.watch())

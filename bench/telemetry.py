"""What watching costs: traces and metrics of a turn, an export, a scrape: ``python -m bench.telemetry [--turns 60]``.

Turns of the built-in student run alternately with and without spans in one process, so that a slow moment of the
machine meets both. Times are CPU times of the whole process.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from feynman.container import Container
from feynman.domain import Explanation
from feynman.observability import Metrics, tracing
from feynman.observability.models import CallLabels
from feynman.settings import Settings

__all__ = ["main"]

_MILLISECONDS: Final = 1_000
_WARMING: Final = 6
_REPEATS: Final = 2_000
_UNSAMPLED: Final = SpanContext(1, 1, is_remote=False, trace_flags=TraceFlags(TraceFlags.DEFAULT))
_EXPLANATION: Final = (
    "Water pushes everything in it upwards, and that push is stronger the more water is pushed aside. "
    "A cork stays on top because it is light for its size. A stone goes down."
)


@contextmanager
def unwatched() -> Iterator[None]:
    """Record no spans, as with a sampler that says no."""
    with trace.use_span(NonRecordingSpan(_UNSAMPLED)):
        yield


def cpu_of(work: Callable[[], object]) -> float:
    """CPU milliseconds of this process during ``work``."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * _MILLISECONDS


def turn(container: Container, learner: str) -> None:
    """Take one turn of a new session."""

    async def run() -> None:
        session = await container.study.start(learner, "Buoyancy", "en")
        explanation = Explanation(
            topic="Buoyancy",
            text=_EXPLANATION,
            language="en",
            learner_id=learner,
            session_id=session.id,
            turn_id=f"turn-{session.id}",
        )
        async for _ in container.study.explain(explanation):
            pass

    container.loop.run(run(), 60)


def settled(container: Container) -> None:
    """Wait until nothing goes on behind the turns."""

    async def idle() -> None:
        while await container.parts.records.jobs.pending():  # noqa: ASYNC110 # nobody tells when it is done
            await asyncio.sleep(0.01)

    container.loop.run(idle(), 60)


def alternately(container: Container, turns: int) -> tuple[list[float], list[float]]:
    """CPU milliseconds of turns with and without spans."""
    learner = container.loop.run(container.study.join("Bench", "en"), 10).id
    watched: list[float] = []
    plain: list[float] = []
    for number in range(2 * (turns + _WARMING)):
        settled(container)
        if number % 2:
            with unwatched():
                took, kept = cpu_of(lambda: turn(container, learner)), plain
        else:
            with tracing.span("page.turn"):
                took, kept = cpu_of(lambda: turn(container, learner)), watched
        if number >= 2 * _WARMING:
            kept.append(took)
    return watched, plain


def spans_of_a_turn(container: Container) -> list[ReadableSpan]:
    """The spans of one turn."""
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        raise TypeError("the container installs a provider")
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    learner = container.loop.run(container.study.join("Bench", "en"), 10).id
    with tracing.span("page.turn") as root:
        turn(container, learner)
    exporter.shutdown()
    found = root.get_span_context().trace_id
    return [span for span in exporter.get_finished_spans() if span.context and span.context.trace_id == found]


def observations(metrics: Metrics) -> float:
    """How many values all histograms have taken so far."""
    return sum(value for name, value in metrics.snapshot().items() if name.endswith("_count") and "{" not in name)


def metric_milliseconds() -> float:
    """CPU milliseconds of one labelled observation."""
    metrics = Metrics()

    def work() -> None:
        for _ in range(_REPEATS):
            metrics.query("select", 0.001)

    return cpu_of(work) / _REPEATS


def span_milliseconds() -> float:
    """CPU milliseconds of one span with two attributes, within another."""

    def work() -> None:
        for _ in range(_REPEATS):
            with tracing.span("database read turns.get", **{"db.system.name": "sqlite", "db.operation.name": "read"}):
                pass

    with tracing.span("turn"):
        return cpu_of(work) / _REPEATS


def full_scrape() -> tuple[float, int]:
    """CPU milliseconds and bytes of a scrape with every label in use."""
    metrics = Metrics()
    for model in range(30):
        for code in ("", "model_timed_out", "model_unreachable"):
            metrics.models.call(CallLabels("chat", "openai", f"model-{model}"), 1.0, error=code)
    for endpoint in range(12):
        for status in (200, 404, 422, 503):
            metrics.request("POST", f"/{endpoint}", status, 0.1)
    size = len(metrics.render())
    return statistics.median(cpu_of(metrics.render) for _ in range(20)), size


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=60)
    turns: int = parser.parse_args().turns
    with tempfile.TemporaryDirectory() as folder:
        container = Container.open(Settings(data_dir=Path(folder), log_level="ERROR"))
        try:
            container.loop.run(asyncio.wait_for(asyncio.shield(container.parts.warming), 60), 60)
            watched, plain = alternately(container, turns)
            before = observations(container.metrics)
            spans = spans_of_a_turn(container)
            counted = observations(container.metrics) - before
            scrape = statistics.median(cpu_of(container.metrics.render) for _ in range(20))
            sample = statistics.median(cpu_of(container.history.sample) for _ in range(20))
        finally:
            container.close()
    export = statistics.median(cpu_of(lambda: encode_spans(spans).SerializeToString()) for _ in range(20))
    full, size = full_scrape()
    with_spans, without = statistics.median(watched), statistics.median(plain)
    print("| what | CPU |")
    print("|---|---|")
    print(f"| turn without spans, median of {turns} | {without:.1f} ms |")
    print(f"| the same with its {len(spans)} spans | {with_spans:.1f} ms ({with_spans / without:.2f} times) |")
    print(f"| {len(spans)} spans by themselves | {len(spans) * span_milliseconds():.2f} ms |")
    print(f"| its {counted:.0f} observations of metrics | {counted * metric_milliseconds():.2f} ms |")
    print(f"| encoding its spans for export, on a thread of its own | {export:.2f} ms |")
    print(f"| a scrape after these turns | {scrape:.1f} ms |")
    print(f"| a scrape with every label in use ({size / 1000:.0f} kB) | {full:.1f} ms |")
    print(f"| a sample for the Monitor page, every five seconds | {sample:.1f} ms |")


if __name__ == "__main__":
    main()

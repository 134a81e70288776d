"""How the figures went, sampled at times of the test's own."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from feynman.domain import StageStarted, TurnFailed, Usage
from feynman.observability import MetricHistory, Metrics, SeriesName
from feynman.observability.models import CallLabels

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
CALL = CallLabels("chat", "openai", "m")


class Watch:
    """A history with a clock of its own."""

    def __init__(self, **more: int) -> None:
        self.metrics = Metrics()
        self.seconds = 0.0
        self.history = MetricHistory(
            self.metrics,
            clock=lambda: self.seconds,
            now=lambda: BEGIN + timedelta(seconds=self.seconds),
            **more,
        )
        self.history.sample()

    def sample(self, seconds: float = 5.0) -> None:
        """Let time pass and take a sample."""
        self.seconds += seconds
        self.history.sample()

    def last(self, name: SeriesName) -> float:
        """The newest value of a series."""
        return self.history.series(name)[-1].value


@pytest.fixture
def watch() -> Watch:
    """A history that has just begun."""
    return Watch()


def test_counts_are_those_of_the_last_minute(watch: Watch) -> None:
    """A request counts for a minute and no longer."""
    for _ in range(3):
        watch.metrics.request("POST", "/chat", 200, 0.1)
    watch.sample()
    assert watch.last("requests") == 3
    for _ in range(11):
        watch.sample()
    assert watch.last("requests") == 3
    watch.sample()
    assert watch.last("requests") == 0
    assert [point.at for point in watch.history.series("requests")][:2] == [BEGIN, BEGIN + timedelta(seconds=5)]


def test_latencies_are_percentiles_of_the_last_minute(watch: Watch) -> None:
    """They are read off the buckets, as Prometheus does; where nothing happened there is no point."""
    watch.sample()
    assert watch.history.series("request_p95") == ()
    for _ in range(90):
        watch.metrics.request("POST", "/chat", 200, 0.07)
    for _ in range(10):
        watch.metrics.request("POST", "/memorize", 202, 7.0)
    watch.sample()
    assert watch.last("request_p50") == pytest.approx(0.05 + 0.05 * 50 / 90)
    assert watch.last("request_p95") == pytest.approx(5 + 5 * 5 / 10)
    watch.sample(61)
    assert len(watch.history.series("request_p95")) == 1


def test_probes_do_not_count(watch: Watch) -> None:
    """Machines that ask every few seconds how we are would outweigh everybody else, in health and in sickness."""
    for path in ("/health", "/health/live", "/health/ready", "/metrics"):
        for _ in range(50):
            watch.metrics.request("GET", path, 503, 0.001)
    watch.metrics.request("POST", "/chat", 200, 7.0)
    watch.sample()
    assert (watch.last("requests"), watch.last("errors")) == (1, 0)
    assert watch.last("request_p50") > 5


def test_what_lies_beyond_the_last_bucket_is_its_bound(watch: Watch) -> None:
    """A percentile is never infinite."""
    watch.metrics.request("POST", "/chat", 200, 500.0)
    watch.sample()
    assert watch.last("request_p95") == 120.0


def test_errors_are_failed_turns_and_our_own_answers(watch: Watch) -> None:
    """A client's mistakes are not among them."""
    watch.metrics.request("POST", "/chat", 422, 0.1)
    watch.metrics.request("POST", "/chat", 503, 0.1)
    with watch.metrics.turn("en") as meter:
        meter.see(TurnFailed(turn_id="t", code="engine_failed", retryable=True))
    watch.sample()
    assert watch.last("errors") == 2


def test_models_tell_of_tokens_cost_and_time(watch: Watch) -> None:
    """Tokens are those of the minute, cost is all there was."""
    usage = Usage(model="m", input_tokens=100, output_tokens=20, cost=0.25)
    watch.metrics.models.call(CALL, 2.0, usage)
    watch.sample()
    assert (watch.last("tokens"), watch.last("cost")) == (120, 0.25)
    assert 1.28 < watch.last("model_p50") <= 2.56
    watch.sample(61)
    assert (watch.last("tokens"), watch.last("cost")) == (0, 0.25)


def test_what_is_now(watch: Watch) -> None:
    """Turns under way, streams, lag and everything that waits are as they are."""
    watch.metrics.jobs_pending.set(4)
    watch.metrics.watch_queue("model", lambda: 3)
    watch.metrics.watch_queue("consolidation", lambda: 2)
    watch.metrics.streaming.inc()
    watch.metrics.loop_lag.set(0.5)
    with watch.metrics.turn("zh") as meter:
        meter.see(StageStarted(stage="reading", turn_id="t"))
        watch.sample()
    assert watch.last("queue") == 7
    assert (watch.last("active_turns"), watch.last("streams"), watch.last("lag")) == (1, 1, 0.5)
    assert watch.last("memory_bytes") > 0
    assert watch.last("cpu") >= 0
    watch.sample()
    assert watch.last("active_turns") == 0


def test_only_so_many_points_are_kept() -> None:
    """A history of a long day takes no more room than one of an hour."""
    watch = Watch(points=10)
    for _ in range(30):
        watch.sample()
    series = watch.history.series("requests")
    assert len(series) == 10
    assert series[-1].at == BEGIN + timedelta(seconds=150)
    assert len(watch.history._readings) <= 13


def test_every_series_exists(watch: Watch) -> None:
    """Each name can be asked for, before anything happened too."""
    assert all(isinstance(watch.history.series(name), tuple) for name in get_args(SeriesName))


async def test_it_is_watched_until_cancelled(watch: Watch) -> None:
    """Samples are taken again and again, off the loop."""
    naps: list[float] = []

    async def sleep(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            await asyncio.Event().wait()

    task = asyncio.create_task(watch.history.watch(sleep=sleep))
    while len(naps) < 3:
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(watch.history.series("requests")) == 4
    assert naps == [5.0, 5.0, 5.0]

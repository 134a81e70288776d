import asyncio
import os

import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from feynman.domain import (
    Gap,
    GapFound,
    GapKind,
    GapResolved,
    MemorySaved,
    StageStarted,
    StudyEvent,
    TextDelta,
    TurnCompleted,
    TurnFailed,
)
from feynman.observability import Metrics, TurnMeter, watch_lag


class Clock:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Now, seconds."""
        return self.now


def _gap(kind: GapKind) -> Gap:
    return Gap(id=kind.value, kind=kind, turn_id="t1", reason="r", confidence=0.9, severity=2)


def _completed(**changes: object) -> TurnCompleted:
    values: dict[str, object] = {
        "turn_id": "t1",
        "session_id": "s1",
        "reply": "Why?",
        "coverage": (),
        "open_gaps": (),
        "engine": "builtin",
        "timings": {"checking": 0.2, "asking": 0.1, "invented": 9.0},
    }
    return TurnCompleted.model_validate(values | changes)


def _feed(meter: TurnMeter, *events: StudyEvent) -> None:
    for event in events:
        meter.see(event)


FAILED = TurnFailed(turn_id="t1", code="engine_failed", retryable=True)


def test_a_turn_is_counted_from_its_events() -> None:
    """Gaps, times, stages and the outcome are read off the one stream of events."""
    metrics, clock = Metrics(), Clock()
    with metrics.turn("zh", clock=clock) as meter:
        clock.now = 0.25
        meter.see(StageStarted(stage="reading", turn_id="t1"))
        clock.now = 0.5
        _feed(meter, GapFound(gap=_gap(GapKind.VAGUE)), GapFound(gap=_gap(GapKind.MISSING_POINT)))
        meter.see(GapResolved(gap=_gap(GapKind.CIRCULAR)))
        clock.now = 0.75
        meter.see(TextDelta(text="Why"))
        clock.now = 1.0
        _feed(meter, TextDelta(text="?"), MemorySaved(job_id="j1"), _completed())
    values = metrics.snapshot()
    assert values["feynman_time_to_first_event_seconds_sum"] == 0.25
    assert values["feynman_time_to_first_event_seconds_count"] == 1
    assert values["feynman_time_to_first_token_seconds_sum"] == 0.75
    assert values["feynman_time_to_first_token_seconds_count"] == 1
    assert values['feynman_gaps_total{kind="vague",language="zh"}'] == 1
    assert values["feynman_gaps_total"] == 2
    assert values['feynman_gaps_resolved_total{kind="circular"}'] == 1
    assert values['feynman_memories_total{action="queued"}'] == 1
    assert values['feynman_turns_total{engine="builtin",status="completed"}'] == 1
    assert values['feynman_turn_duration_seconds_sum{stage="checking"}'] == 0.2
    assert values['feynman_turn_duration_seconds_sum{stage="asking"}'] == 0.1
    assert values['feynman_turn_duration_seconds_sum{stage="total"}'] == 1.0
    assert not any("invented" in name for name in values)


@pytest.mark.parametrize(
    ("events", "engine", "status"),
    [
        ((_completed(engine="openai"),), "openai", "completed"),
        ((_completed(degraded=True),), "builtin", "degraded"),
        ((_completed(engine="something new"),), "other", "completed"),
        ((FAILED,), "local", "failed"),
        ((), "local", "stopped"),
        ((_completed(), _completed(), FAILED), "builtin", "completed"),
    ],
)
def test_a_turn_ends_once(events: tuple[StudyEvent, ...], engine: str, status: str) -> None:
    """Each turn is counted once, as completed, degraded, failed or stopped, under a known engine."""
    metrics = Metrics()
    with metrics.turn("en", engine="local") as meter:
        _feed(meter, *events)
    turns = {name: value for name, value in metrics.snapshot().items() if name.startswith("feynman_turns_total{")}
    assert turns == {f'feynman_turns_total{{engine="{engine}",status="{status}"}}': 1}


def test_requests_have_bounded_labels() -> None:
    """An unknown path or method is counted as other."""
    metrics = Metrics()
    metrics.request("POST", "/chat", 200, 0.5)
    metrics.request("BREW", None, 405, 0.25)
    values = metrics.snapshot()
    assert values['api_requests_total{method="POST",endpoint="/chat",status="200"}'] == 1
    assert values['api_requests_total{method="other",endpoint="other",status="405"}'] == 1
    assert values["api_requests_total"] == 2
    assert values["api_request_duration_seconds_sum"] == 0.75


def test_memories_are_counted_by_action() -> None:
    """Memory actions are counted, several at a time if need be."""
    metrics = Metrics()
    metrics.memory("created", 3)
    metrics.memory("merged")
    assert metrics.snapshot()['feynman_memories_total{action="created"}'] == 3
    assert metrics.snapshot()["feynman_memories_total"] == 4


def test_the_exposition_parses() -> None:
    """The text is valid Prometheus exposition and holds every promised metric."""
    metrics = Metrics()
    metrics.request("GET", "/health", 200, 0.01)
    with metrics.turn("en") as meter:
        _feed(meter, TextDelta(text="a"), GapFound(gap=_gap(GapKind.VAGUE)), GapResolved(gap=_gap(GapKind.VAGUE)))
        _feed(meter, MemorySaved(job_id="j"), _completed())
    metrics.jobs_pending.set(2)
    families = {family.name: family for family in text_string_to_metric_families(metrics.render().decode())}
    assert {
        "api_requests",
        "api_request_duration_seconds",
        "api_active_connections",
        "feynman_turns",
        "feynman_turn_duration_seconds",
        "feynman_time_to_first_event_seconds",
        "feynman_time_to_first_token_seconds",
        "feynman_gaps",
        "feynman_gaps_resolved",
        "feynman_memories",
        "feynman_jobs_pending",
        "feynman_event_loop_lag_seconds",
        "process_resident_memory_bytes",
        "process_cpu_seconds",
    } <= families.keys()
    assert "version=0.0.4" in metrics.content_type


def test_the_process_is_measured() -> None:
    """Memory, CPU time and start time are this process's."""
    values = Metrics().snapshot()
    process = psutil.Process(os.getpid())
    assert values["process_resident_memory_bytes"] == pytest.approx(process.memory_info().rss, rel=0.5)
    assert values["process_cpu_seconds_total"] > 0
    assert values["process_threads"] >= 1
    assert values["process_start_time_seconds"] == pytest.approx(process.create_time(), abs=1)


def test_several_metrics_do_not_meet() -> None:
    """Each object has its own registry."""
    first, second = Metrics(), Metrics()
    first.active.inc()
    assert second.snapshot()["api_active_connections"] == 0
    assert first.snapshot()["api_active_connections"] == 1


async def test_the_loop_lag_is_watched() -> None:
    """The gauge shows how much later than asked the loop woke up."""
    metrics, clock = Metrics(), Clock()
    wakes = 0

    async def sleep(seconds: float) -> None:
        nonlocal wakes
        wakes += 1
        if wakes == 2:
            await asyncio.Event().wait()
        clock.now += seconds + 0.5

    task = asyncio.create_task(watch_lag(metrics, every=0.5, clock=clock, sleep=sleep))
    await asyncio.sleep(0.01)
    assert metrics.snapshot()["feynman_event_loop_lag_seconds"] == 0.5
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

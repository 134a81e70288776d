"""Models, tools and circuits in numbers."""

from collections.abc import Callable

import pytest

from feynman.domain import EngineDegraded, Language, ModelTimedOut, ToolUsed, Usage
from feynman.observability import Metrics, TraceBuffer, tracing
from feynman.observability.genai import model_call
from feynman.observability.models import CallLabels

CALL = CallLabels("chat", "openai", "m")
LABELS = 'gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="m"'
USAGE = Usage(model="m", input_tokens=10, output_tokens=4, cost=0.5, time_to_first_token=0.2, output_seconds=0.4)
HOSTILE = ("x" * 100_000, "\x00\ud800", 'a"b\\c\n', "", "学习" * 500)


@pytest.fixture
def traces() -> TraceBuffer:
    """What is traced."""
    return tracing.configure()


def test_calls_are_counted_by_model() -> None:
    """Tokens by type, cost, the first piece and the whole call, under the conventions' names."""
    metrics = Metrics()
    metrics.models.call(CALL, 0.75, USAGE)
    metrics.models.call(CALL, 0.25, USAGE.model_copy(update={"time_to_first_token": None, "cost": None}))
    metrics.models.call(CALL, 3.0, None, error="model_timed_out")
    values = metrics.snapshot()
    assert values[f'gen_ai_client_token_usage_sum{{{LABELS},gen_ai_token_type="input"}}'] == 20
    assert values[f'gen_ai_client_token_usage_sum{{{LABELS},gen_ai_token_type="output"}}'] == 8
    assert values['feynman_model_cost_total{model="m"}'] == 0.5
    assert values[f'gen_ai_client_operation_duration_seconds_count{{{LABELS},error_type=""}}'] == 2
    assert values[f'gen_ai_client_operation_duration_seconds_sum{{{LABELS},error_type="model_timed_out"}}'] == 3.0
    assert values[f"gen_ai_client_operation_time_to_first_chunk_seconds_count{{{LABELS}}}"] == 1


def test_labels_are_bounded() -> None:
    """However many models, tools, codes and parts there are, the series stay few."""
    metrics = Metrics()
    for number in range(200):
        metrics.models.call(CallLabels("chat", f"host{number}", f"m{number}"), 1.0, USAGE, error=f"code{number}")
        metrics.models.tool(ToolUsed(call_id="c", tool=f"tool{number}", state="finished", seconds=0.1))
        metrics.models.degraded(f"code{number}")
        metrics.models.circuit(f"part{number}", "open")
    values = metrics.snapshot()
    assert sum(name.startswith("gen_ai_client_operation_duration_seconds_count{") for name in values) == 21
    assert values['feynman_tool_calls_total{tool="other",state="finished"}'] == 200
    assert values['feynman_degraded_turns_total{code="other"}'] == 200
    assert values['feynman_breaker_state{part="other"}'] == 1


def _flood(metrics: Metrics, number: int) -> None:
    word = f"{HOSTILE[number % len(HOSTILE)]}{number}"
    metrics.request(word, word, 200, 0.1)
    metrics.answered(word, 10, aborted=True)
    metrics.query(word, 0.1)
    metrics.index(word, 0.1)
    metrics.models.call(CallLabels(word, word, word), 1.0, USAGE.model_copy(update={"model": word}), error=word)
    metrics.models.tool(ToolUsed(call_id=word, tool=word, state="failed", seconds=0.1))
    metrics.models.degraded(word)
    metrics.models.circuit(word, word)
    with metrics.turn("en", engine=word) as meter:
        meter.see(EngineDegraded(code=word))


def test_hostile_values_make_no_series() -> None:
    """Whatever comes in as a label, the number of series has a bound and the text stays valid."""
    metrics = Metrics()
    for number in range(1_000):
        _flood(metrics, number)
    text = metrics.render()
    lines = [line for line in text.splitlines() if not line.startswith(b"#")]
    for number in range(1_000, 2_000):
        _flood(metrics, number)
    assert len([line for line in metrics.render().splitlines() if not line.startswith(b"#")]) == len(lines)
    assert len(lines) < 5_000
    assert len(text) < 2_000_000


def test_a_turn_tells_of_its_tools_and_of_one_reason() -> None:
    """A call counts when it ends; a turn that was degraded twice counts once, for its first reason."""
    metrics = Metrics()
    language: Language = "en"
    with metrics.turn(language, engine="openai") as meter:
        meter.see(ToolUsed(call_id="c", tool="calculate", state="started"))
        meter.see(ToolUsed(call_id="c", tool="calculate", state="failed", seconds=0.1))
        meter.see(EngineDegraded(code="model_timed_out"))
        meter.see(EngineDegraded(code="circuit_open"))
    values = metrics.snapshot()
    assert values["feynman_tool_calls_total"] == 1
    assert values['feynman_tool_calls_total{tool="calculate",state="failed"}'] == 1
    assert values['gen_ai_execute_tool_duration_seconds_sum{gen_ai_tool_name="calculate"}'] == 0.1
    assert values["feynman_degraded_turns_total"] == 1
    assert values['feynman_degraded_turns_total{code="model_timed_out"}'] == 1


def test_circuits_and_the_cache() -> None:
    """A circuit is a number, the cache a count of hits and misses."""
    metrics = Metrics()
    for state, number in (("closed", 0), ("half_open", 0.5), ("open", 1)):
        metrics.models.circuit("model", state)
        assert metrics.snapshot()['feynman_breaker_state{part="model"}'] == number
    metrics.models.cache(hit=True)
    metrics.models.cache(hit=False)
    values = metrics.snapshot()
    assert values['feynman_cache_requests_total{result="hit"}'] == 1
    assert values['feynman_cache_requests_total{result="miss"}'] == 1


def _clock(*times: float) -> Callable[[], float]:
    left = list(times)
    return lambda: left.pop(0)


def test_a_call_is_a_span_and_a_measurement(traces: TraceBuffer) -> None:
    """Both tell of the same call by the conventions' names."""
    metrics = Metrics()
    with model_call(
        metrics.models, provider="openai", model="m", conversation="s-1", clock=_clock(1.0, 3.5), **{"feynman.try": 2}
    ) as call:
        call.tell(USAGE, {"model_name": "m-2026", "finish_reason": "stop"})
    (span,) = traces.recent()[0].spans
    assert (span.name, span.status) == ("chat m", "ok")
    assert span.attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "m",
        "gen_ai.response.model": "m-2026",
        "gen_ai.conversation.id": "s-1",
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 4,
        "gen_ai.response.finish_reasons": ("stop",),
        "feynman.time_to_first_token": 0.2,
        "feynman.cost": 0.5,
        "feynman.try": 2,
    }
    assert metrics.snapshot()[f'gen_ai_client_operation_duration_seconds_sum{{{LABELS},error_type=""}}'] == 2.5


@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [
        (ModelTimedOut("late"), "model_timed_out", "failed"),
        (GeneratorExit(), "stopped", "stopped"),
        (ValueError("x"), "internal", "failed"),
    ],
)
def test_a_call_that_fails_is_counted_with_its_reason(
    error: BaseException, kind: str, status: str, traces: TraceBuffer
) -> None:
    """A call that was given up is no failure of the model."""
    metrics = Metrics()
    with (
        pytest.raises(type(error)),
        model_call(metrics.models, provider="openai", model="m", conversation="s-1", clock=_clock(0.0, 1.0)),
    ):
        raise error
    assert metrics.snapshot()[f'gen_ai_client_operation_duration_seconds_count{{{LABELS},error_type="{kind}"}}'] == 1
    assert traces.recent()[0].status == status

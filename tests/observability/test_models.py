"""Models, tools and circuits in numbers."""

from feynman.domain import EngineDegraded, ToolUsed, Usage
from feynman.observability import Metrics


def test_calls_are_counted_by_model() -> None:
    """Tokens by direction, cost, the first token and the whole call."""
    metrics = Metrics()
    call = Usage(model="m", input_tokens=10, output_tokens=4, cost=0.5, time_to_first_token=0.2, output_seconds=0.4)
    metrics.models.call(call)
    metrics.models.call(call.model_copy(update={"time_to_first_token": None, "cost": None}))
    values = metrics.snapshot()
    assert values['feynman_model_tokens_total{model="m",direction="input"}'] == 20
    assert values['feynman_model_tokens_total{model="m",direction="output"}'] == 8
    assert values['feynman_model_cost_total{model="m"}'] == 0.5
    assert values['feynman_model_calls_total{model="m"}'] == 2
    assert abs(values['feynman_model_call_duration_seconds_sum{model="m"}'] - 1.0) < 1e-9
    assert values['feynman_model_time_to_first_token_seconds_count{model="m"}'] == 1


def test_labels_are_bounded() -> None:
    """However many models, tools, codes and parts there are, the series stay few."""
    metrics = Metrics()
    for number in range(200):
        metrics.models.call(Usage(model=f"m{number}"))
        metrics.models.tool(ToolUsed(call_id="c", tool=f"tool{number}", state="finished", seconds=0.1))
        metrics.models.degraded(f"code{number}")
        metrics.models.circuit(f"part{number}", "open")
    values = metrics.snapshot()
    assert sum(name.startswith("feynman_model_calls_total{") for name in values) == 21
    assert values['feynman_tool_calls_total{tool="other",state="finished"}'] == 200
    assert values['feynman_degraded_turns_total{code="other"}'] == 200
    assert values['feynman_breaker_state{part="other"}'] == 1


def test_a_turn_tells_of_its_tools_and_of_one_reason() -> None:
    """A call counts when it ends; a turn that was degraded twice counts once, for its first reason."""
    metrics = Metrics()
    with metrics.turn("en", engine="openai") as meter:
        meter.see(ToolUsed(call_id="c", tool="calculate", state="started"))
        meter.see(ToolUsed(call_id="c", tool="calculate", state="failed", seconds=0.1))
        meter.see(EngineDegraded(code="model_timed_out"))
        meter.see(EngineDegraded(code="circuit_open"))
    values = metrics.snapshot()
    assert values["feynman_tool_calls_total"] == 1
    assert values['feynman_tool_calls_total{tool="calculate",state="failed"}'] == 1
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

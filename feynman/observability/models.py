"""What language models, tools and circuits are measured by; every label set is bounded."""

from collections.abc import Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from feynman.domain import ToolUsed, Usage

__all__ = ["ModelMeter"]

_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 180.0, 600.0)
_STATES: Final[Mapping[str, float]] = {"closed": 0.0, "half_open": 0.5, "open": 1.0}
_TOOLS: Final = frozenset({"calculate", "recall_memory", "search_reference", "translate", "web_search"})
_PARTS: Final = _TOOLS | {"model"}
_CODES: Final = frozenset(
    {
        "budget_spent",
        "circuit_open",
        "local_file_missing",
        "local_file_unusable",
        "local_memory_short",
        "local_model",
        "local_package_missing",
        "model_answer_unusable",
        "model_failed",
        "model_loading",
        "model_rate_limited",
        "model_rejected",
        "model_timed_out",
        "model_unauthorized",
        "model_unreachable",
        "overloaded",
    }
)
# Whoever sits at the machine may choose any model, one after the other.
_MOST_MODELS: Final = 20
_OTHER: Final = "other"


class ModelMeter:
    """Counters, gauges and histograms of the model engines, in ``registry``."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._models: set[str] = set()
        self._tokens = Counter(
            "feynman_model_tokens_total", "Tokens by direction", ("model", "direction"), registry=registry
        )
        self._cost = Counter(
            "feynman_model_cost_total", "Cost by the price table, in its currency", ("model",), registry=registry
        )
        self._calls = Counter("feynman_model_calls_total", "Answered calls of models", ("model",), registry=registry)
        self._call_seconds = Histogram(
            "feynman_model_call_duration_seconds", "Seconds of a call", ("model",), buckets=_SECONDS, registry=registry
        )
        self._first_token = Histogram(
            "feynman_model_time_to_first_token_seconds",
            "Seconds until a streamed call's first token",
            ("model",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._tools = Counter("feynman_tool_calls_total", "Tool calls that ended", ("tool", "state"), registry=registry)
        self._tool_seconds = Histogram(
            "feynman_tool_duration_seconds", "Seconds of a tool call", ("tool",), buckets=_SECONDS, registry=registry
        )
        self._circuits = Gauge(
            "feynman_breaker_state", "Circuits: 0 closed, 0.5 half open, 1 open", ("part",), registry=registry
        )
        self._degraded = Counter(
            "feynman_degraded_turns_total", "Turns in which the built-in student stood in", ("code",), registry=registry
        )
        self._cache = Counter("feynman_cache_requests_total", "Questions to the cache", ("result",), registry=registry)

    def call(self, usage: Usage) -> None:
        """Count one answered call of a model."""
        model = self._known(usage.model)
        self._calls.labels(model).inc(usage.calls)
        self._tokens.labels(model, "input").inc(usage.input_tokens)
        self._tokens.labels(model, "output").inc(usage.output_tokens)
        self._call_seconds.labels(model).observe(usage.output_seconds + (usage.time_to_first_token or 0.0))
        if usage.time_to_first_token is not None:
            self._first_token.labels(model).observe(usage.time_to_first_token)
        if usage.cost is not None:
            self._cost.labels(model).inc(usage.cost)

    def tool(self, event: ToolUsed) -> None:
        """Count a tool call when it ends."""
        if event.state == "started":
            return
        tool = event.tool if event.tool in _TOOLS else _OTHER
        self._tools.labels(tool, event.state).inc()
        if event.seconds is not None:
            self._tool_seconds.labels(tool).observe(event.seconds)

    def circuit(self, part: str, state: str) -> None:
        """Show the state of a circuit."""
        self._circuits.labels(part if part in _PARTS else _OTHER).set(_STATES.get(state, 0.0))

    def degraded(self, code: str) -> None:
        """Count one turn that was done without the model."""
        self._degraded.labels(code if code in _CODES else _OTHER).inc()

    def cache(self, hit: bool) -> None:  # noqa: FBT001 # the cache's callback
        """Count one question to the cache."""
        self._cache.labels("hit" if hit else "miss").inc()

    def _known(self, model: str) -> str:
        if model not in self._models and len(self._models) >= _MOST_MODELS:
            return _OTHER
        self._models.add(model)
        return model

"""What language models, tools and circuits are measured by; every label set is bounded."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from feynman.domain import ToolUsed, Usage, clean_text

__all__ = ["CallLabels", "ModelMeter"]

# The conventions' own buckets, of seconds and of tokens.
_SECONDS: Final = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
_TOKENS: Final = tuple(4.0**power for power in range(14))
_FIRST: Final = (0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
_STATES: Final[Mapping[str, float]] = {"closed": 0.0, "half_open": 0.5, "open": 1.0}
_TOOL_STATES: Final = frozenset({"finished", "failed"})
_TOOLS: Final = frozenset({"calculate", "recall_memory", "search_reference", "translate", "web_search"})
_PARTS: Final = _TOOLS | {"model", "cache", "database", "memory"}
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
_ERRORS: Final = _CODES | {"", "internal", "stopped"}
# Whoever sits at the machine may choose any model, one after the other.
_MOST_MODELS: Final = 20
_LONGEST: Final = 80
_OTHER: Final = "other"
_CALL_LABELS: Final = ("gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model")


class CallLabels(NamedTuple):
    """Which model was asked, and for what."""

    operation: str
    provider: str
    model: str


class ModelMeter:
    """Counters, gauges and histograms of the model engines, in ``registry``.

    ``gen_ai_*`` are the metrics of OpenTelemetry's GenAI conventions as Prometheus writes them.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._known: set[CallLabels] = set()
        self.seconds = Histogram(
            "gen_ai_client_operation_duration_seconds",
            "Seconds of a call of a model; error_type is empty when it was answered",
            (*_CALL_LABELS, "error_type"),
            buckets=_SECONDS,
            registry=registry,
        )
        self.token_usage = Histogram(
            "gen_ai_client_token_usage",
            "Tokens of a call by type, input or output",
            (*_CALL_LABELS, "gen_ai_token_type"),
            buckets=_TOKENS,
            registry=registry,
        )
        self.first_chunk = Histogram(
            "gen_ai_client_operation_time_to_first_chunk_seconds",
            "Seconds until the first piece of a streamed answer",
            _CALL_LABELS,
            buckets=_FIRST,
            registry=registry,
        )
        self.tool_seconds = Histogram(
            "gen_ai_execute_tool_duration_seconds",
            "Seconds of a tool call",
            ("gen_ai_tool_name",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.tools = Counter("feynman_tool_calls_total", "Tool calls that ended", ("tool", "state"), registry=registry)
        self.cost = Counter(
            "feynman_model_cost_total", "Cost by the price table, in its currency", ("model",), registry=registry
        )
        self.circuits = Gauge(
            "feynman_breaker_state", "Circuits: 0 closed, 0.5 half open, 1 open", ("part",), registry=registry
        )
        self.stand_ins = Counter(
            "feynman_degraded_turns_total", "Turns in which the built-in student stood in", ("code",), registry=registry
        )
        self.cached = Counter("feynman_cache_requests_total", "Questions to the cache", ("result",), registry=registry)

    def call(self, labels: CallLabels, seconds: float, usage: Usage | None = None, *, error: str = "") -> None:
        """Count one call of a model; ``error`` is the code of what went wrong, ``usage`` is ``None`` if unknown."""
        labels = self._bounded(labels)
        self.seconds.labels(*labels, error if error in _ERRORS else _OTHER).observe(seconds)
        if usage is None:
            return
        self.token_usage.labels(*labels, "input").observe(usage.input_tokens)
        self.token_usage.labels(*labels, "output").observe(usage.output_tokens)
        if usage.time_to_first_token is not None:
            self.first_chunk.labels(*labels).observe(usage.time_to_first_token)
        if usage.cost is not None:
            self.cost.labels(labels.model).inc(usage.cost)

    def tool(self, event: ToolUsed) -> None:
        """Count a tool call when it ends."""
        if event.state not in _TOOL_STATES:
            return
        tool = event.tool if event.tool in _TOOLS else _OTHER
        self.tools.labels(tool, event.state).inc()
        if event.seconds is not None:
            self.tool_seconds.labels(tool).observe(event.seconds)

    def circuit(self, part: str, state: str) -> None:
        """Show the state of a circuit."""
        self.circuits.labels(part if part in _PARTS else _OTHER).set(_STATES.get(state, 0.0))

    def degraded(self, code: str) -> None:
        """Count one turn that was done without the model."""
        self.stand_ins.labels(code if code in _CODES else _OTHER).inc()

    def cache(self, hit: bool) -> None:  # noqa: FBT001 # the cache's callback
        """Count one question to the cache."""
        self.cached.labels("hit" if hit else "miss").inc()

    def _bounded(self, labels: CallLabels) -> CallLabels:
        # Half a character, which no encoding holds, would fail every scrape from then on.
        labels = CallLabels(*(clean_text(label[:_LONGEST]) for label in labels))
        if labels not in self._known and len(self._known) >= _MOST_MODELS:
            return CallLabels(_OTHER, _OTHER, _OTHER)
        self._known.add(labels)
        return labels

import asyncio

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.trace import Span, StatusCode

from feynman.domain import EngineDegraded, EngineError, Explanation, TurnCompleted, TurnFailed
from feynman.observability import tracing
from feynman.observability.turn_spans import turn_span


@pytest.fixture(autouse=True)
def _configured() -> None:
    tracing.configure()


def _readable(span: Span) -> ReadableSpan:
    assert isinstance(span, ReadableSpan)
    return span


def test_configure_is_idempotent() -> None:
    """A second call keeps the provider."""
    first = trace.get_tracer_provider()
    tracing.configure()
    assert trace.get_tracer_provider() is first
    assert isinstance(first, TracerProvider)
    assert first.resource.attributes["service.name"] == "feynman"


def test_a_span_has_a_name_attributes_and_a_parent() -> None:
    """Spans nest and carry their attributes, dotted names too."""
    with tracing.span("turn") as outer, tracing.span("read", **{"gen_ai.operation.name": "chat"}, sentences=3) as inner:
        assert tracing.trace_id() == trace.format_trace_id(outer.get_span_context().trace_id)
    child = _readable(inner)
    assert child.name == "read"
    assert dict(child.attributes or {}) == {"gen_ai.operation.name": "chat", "sentences": 3}
    assert child.parent is not None
    assert child.parent.span_id == outer.get_span_context().span_id
    assert child.end_time is not None


def test_a_step_belongs_to_a_trace() -> None:
    """Inside a span a step is one too; on its own it is nothing, so that what polls fills no traces."""
    traces = tracing.configure()
    before = traces.recent()
    with tracing.step("poll") as alone:
        assert not alone.is_recording()
        assert tracing.trace_id() is None
    assert traces.recent() == before
    with tracing.span("turn"), tracing.step("read", rows=3):
        pass
    assert [(span.name, span.attributes) for span in traces.recent()[0].spans] == [("turn", {}), ("read", {"rows": 3})]


def test_what_is_stopped_has_not_failed() -> None:
    """A cancelled step is marked as stopped."""
    with pytest.raises(asyncio.CancelledError), tracing.span("turn") as current:
        raise asyncio.CancelledError
    span = _readable(current)
    assert span.status.status_code is StatusCode.UNSET
    assert dict(span.attributes or {}) == {"feynman.stopped": True}


def test_a_failure_may_be_told_without_an_exception() -> None:
    """The span at hand is marked."""
    with tracing.span("turn") as current:
        tracing.fail("engine_failed")
    assert _readable(current).status.status_code is StatusCode.ERROR
    assert dict(_readable(current).attributes or {}) == {"error.type": "engine_failed"}


def test_flushing_without_an_export_is_nothing() -> None:
    """Where nothing is exported there is nothing to wait for."""
    assert tracing.flush(0.0)


EXPLANATION = Explanation(
    topic="Leaves", text="Green things eat light.", language="en", learner_id="ada", session_id="s", turn_id="t"
)


def _said() -> TurnCompleted:
    return TurnCompleted(
        turn_id="t", session_id="s", reply="Why green?", coverage=(), open_gaps=(), engine="builtin", timings={}
    )


@pytest.mark.parametrize("text", [False, True])
def test_texts_are_in_a_trace_only_when_switched_on(text: bool) -> None:  # noqa: FBT001 # a parameter of the test
    """Lengths are always told, words only by the operator's wish."""
    traces = tracing.configure(text=text)
    try:
        with turn_span(EXPLANATION, engine="builtin") as told:
            told(EngineDegraded(code="model_timed_out"))
            told(_said())
    finally:
        tracing.configure()
    trace = traces.recent()[0]
    assert trace.attributes["topic_length"] == 6
    assert trace.attributes["explanation_length"] == 23
    assert trace.attributes["questions_generated"] == 0
    assert trace.attributes["feynman.degraded"] == "model_timed_out"
    shown = trace.model_dump_json()
    assert all((word in shown) is text for word in ("Leaves", "Green things", "Why green"))


def test_a_turn_that_failed_is_a_failed_span() -> None:
    """The code of the last event is the span's."""
    traces = tracing.configure()
    with turn_span(EXPLANATION, engine="openai") as told:
        told(TurnFailed(turn_id="t", code="engine_failed", retryable=True))
    assert traces.recent()[0].status == "failed"
    assert traces.recent()[0].attributes["error.type"] == "engine_failed"


def test_there_is_no_trace_outside_a_span() -> None:
    """Outside a span there is no trace id."""
    assert tracing.trace_id() is None


@pytest.mark.parametrize(
    ("error", "kind"),
    [(EngineError("plants eat soil"), "engine_failed"), (ValueError("plants eat soil"), "ValueError")],
)
def test_a_failed_span_names_the_error_without_its_message(error: Exception, kind: str) -> None:
    """An exception passes through and marks the span with its code or class, never with its message."""
    with pytest.raises(type(error)), tracing.span("turn") as current:
        raise error
    span = _readable(current)
    assert span.status.status_code is StatusCode.ERROR
    assert dict(span.attributes or {}) == {"error.type": kind}
    assert span.events == ()
    assert span.status.description is None

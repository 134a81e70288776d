import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.trace import Span, StatusCode

from feynman.domain import EngineError
from feynman.observability import tracing


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

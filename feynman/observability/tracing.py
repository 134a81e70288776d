"""Manual OpenTelemetry spans; nothing is exported yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from opentelemetry import trace
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, Status, StatusCode
from opentelemetry.util.types import AttributeValue
from structlog.typing import EventDict

from feynman.domain import FeynmanError

__all__ = ["add_trace_ids", "configure", "span", "trace_id"]

_SCOPE: Final = "feynman"


def configure() -> None:
    """Install the process's tracer provider; ``OTEL_*`` settings apply. A second call changes nothing."""
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        # The resource detector adds what OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say.
        trace.set_tracer_provider(TracerProvider(resource=Resource.create({SERVICE_NAME: _SCOPE})))


@contextmanager
def span(name: str, **attributes: AttributeValue) -> Iterator[Span]:
    """Time the block as a span; an exception marks it as failed with its class or code, never with its message.

    Names with dots go in as ``**{"gen_ai.request.model": model}``.
    """
    tracer = trace.get_tracer(_SCOPE)
    with tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except BaseException as error:
            current.set_attribute("error.type", error.code if isinstance(error, FeynmanError) else type(error).__name__)
            current.set_status(Status(StatusCode.ERROR))
            raise


def trace_id() -> str | None:
    """The current trace's id, 32 hexadecimal digits, or ``None`` outside a span."""
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else None


def add_trace_ids(logger: object, method: str, event: EventDict) -> EventDict:
    """Add ``trace_id`` and ``span_id`` to a log line written inside a span."""
    del logger, method
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
        event["span_id"] = trace.format_span_id(context.span_id)
    return event

"""Manual OpenTelemetry spans: kept for the Monitor page, and exported where the settings say so."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final

from opentelemetry import trace
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, Status, StatusCode, Tracer
from opentelemetry.util.types import AttributeValue
from structlog.typing import EventDict

import feynman
from feynman.domain import FeynmanError
from feynman.observability.export import Export, exporting
from feynman.observability.traces import TraceBuffer

__all__ = ["Export", "add_trace_ids", "configure", "fail", "flush", "holds_text", "span", "step", "trace_id"]

_SCOPE: Final = "feynman"


class _Provider(TracerProvider):
    """The process's provider, with what it keeps."""

    def __init__(self) -> None:
        # At exit it would wait up to 30 seconds for a collector that is gone: see flush.
        super().__init__(resource=_resource(), shutdown_on_exit=False)
        self.traces = TraceBuffer()
        self.exports = False
        self.text = False
        self.add_span_processor(self.traces)
        self.tracer = self.get_tracer(_SCOPE)


def configure(export: Export | None = None, *, text: bool = False) -> TraceBuffer:
    """Install the process's tracer provider and return what it keeps; ``OTEL_*`` settings apply.

    ``text`` is whether spans may hold what learners wrote. A second call keeps the provider. One that was installed by
    somebody else is given the buffer, keeps its own exporters and gets no texts.

    Raises:
        ConfigurationError: there can be no such export.
    """
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = _Provider()
        trace.set_tracer_provider(provider)
    if not isinstance(provider, _Provider):
        traces = TraceBuffer()
        provider.add_span_processor(traces)
        return traces
    provider.text = text
    if export is not None and not provider.exports:
        provider.add_span_processor(exporting(export))
        provider.exports = True
    return provider.traces


def flush(seconds: float) -> bool:
    """Send what waits to be exported, for at most ``seconds``; whether all of it was handed over."""
    provider = trace.get_tracer_provider()
    if not isinstance(provider, _Provider) or not provider.exports:
        return True
    # The provider's own limit is not kept by its batches.
    sending = threading.Thread(target=provider.force_flush, name="feynman-trace-flush", daemon=True)
    sending.start()
    sending.join(seconds)
    return not sending.is_alive()


def holds_text() -> bool:
    """Whether spans may hold what learners wrote and were answered."""
    provider = trace.get_tracer_provider()
    return isinstance(provider, _Provider) and provider.text


@contextmanager
def span(name: str, **attributes: AttributeValue) -> Iterator[Span]:
    """Time the block as a span; an exception marks it as failed with its class or code, never with its message.

    Being cancelled or stopped is no failure. Names with dots go in as ``**{"gen_ai.request.model": model}``.
    """
    with _tracer().start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except Exception as error:
            fail(error.code if isinstance(error, FeynmanError) else type(error).__name__, current)
            raise
        except BaseException:
            current.set_attribute("feynman.stopped", value=True)
            raise


def step(name: str, **attributes: AttributeValue) -> AbstractContextManager[Span]:
    """Time the block as a span of the current trace; outside a trace nothing is recorded."""
    if trace.get_current_span().is_recording():
        return span(name, **attributes)
    return nullcontext(trace.INVALID_SPAN)


def fail(kind: str, current: Span | None = None) -> None:
    """Mark a span, by default the one at hand, as failed; ``kind`` is an error's code or class."""
    current = trace.get_current_span() if current is None else current
    current.set_attribute("error.type", kind)
    current.set_status(Status(StatusCode.ERROR))


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


def _resource() -> Resource:
    """What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say wins."""
    found = Resource.create({SERVICE_VERSION: feynman.__version__})
    if str(found.attributes[SERVICE_NAME]).startswith("unknown_service"):
        return found.merge(Resource({SERVICE_NAME: _SCOPE}))
    return found


def _tracer() -> Tracer:
    provider = trace.get_tracer_provider()
    return provider.tracer if isinstance(provider, _Provider) else provider.get_tracer(_SCOPE)

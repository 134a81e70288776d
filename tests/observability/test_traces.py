"""The last traces are kept, a bounded number of bounded ones."""

import threading
from datetime import UTC, datetime

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from feynman.observability import TraceBuffer

SECOND = 1_000_000_000


def tracer_of(buffer: TraceBuffer) -> Tracer:
    """A tracer whose spans end in ``buffer``."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(buffer)
    return provider.get_tracer("test")


def test_a_trace_is_told_from_its_beginning() -> None:
    """Name, status and attributes are the first step's; steps come in the order in which they began."""
    buffer = TraceBuffer()
    tracer = tracer_of(buffer)
    root = tracer.start_span("turn", start_time=5 * SECOND, attributes={"gaps": 2})
    inside = set_span_in_context(root)
    second = tracer.start_span("reply", inside, start_time=7 * SECOND, attributes={"reasons": ("stop",)})
    first = tracer.start_span("examine", inside, start_time=6 * SECOND)
    second.end(9 * SECOND)
    first.set_status(Status(StatusCode.ERROR))
    first.end(8 * SECOND)
    assert buffer.recent() == ()
    root.end(10 * SECOND)
    (trace,) = buffer.recent()
    assert (trace.name, trace.status, trace.seconds, trace.attributes) == ("turn", "ok", 5.0, {"gaps": 2})
    assert trace.started == datetime.fromtimestamp(5, UTC)
    assert trace.id == f"{root.get_span_context().trace_id:032x}"
    assert [(span.name, span.start, span.seconds, span.status) for span in trace.spans] == [
        ("turn", 0.0, 5.0, "ok"),
        ("examine", 1.0, 2.0, "failed"),
        ("reply", 2.0, 2.0, "ok"),
    ]
    assert trace.spans[0].parent_id is None
    assert {span.parent_id for span in trace.spans[1:]} == {trace.spans[0].id}
    assert trace.spans[2].attributes == {"reasons": ("stop",)}


def test_the_newest_come_first_and_the_oldest_go() -> None:
    """Only so many traces are kept."""
    buffer = TraceBuffer(traces=3)
    tracer = tracer_of(buffer)
    for number in range(5):
        tracer.start_span(f"turn {number}").end()
    assert [trace.name for trace in buffer.recent()] == ["turn 4", "turn 3", "turn 2"]


def test_other_traces_do_not_drive_out_the_turns() -> None:
    """However many requests are refused, the last turns stay to be looked at, and the last refusals too."""
    buffer = TraceBuffer(traces=3)
    tracer = tracer_of(buffer)
    for number in range(4):
        root = tracer.start_span(f"POST /chat {number}")
        tracer.start_span("turn", set_span_in_context(root)).end()
        root.end()
    for number in range(9):
        tracer.start_span(f"refused {number}").end()
    assert [trace.name for trace in buffer.recent("turn")] == ["POST /chat 3", "POST /chat 2", "POST /chat 1"]
    assert [trace.name for trace in buffer.recent(most=3)] == ["refused 8", "refused 7", "refused 6"]
    assert len(buffer.recent()) == 6


def test_only_traces_with_a_step_are_asked_for() -> None:
    """A reader names the step it looks for, and how many it wants."""
    buffer = TraceBuffer()
    tracer = tracer_of(buffer)
    for number in range(6):
        root = tracer.start_span(f"request {number}")
        tracer.start_span("turn" if number % 2 else "other", set_span_in_context(root)).end()
        root.end()
    assert [trace.name for trace in buffer.recent("turn", most=2)] == ["request 5", "request 3"]
    assert [trace.name for trace in buffer.recent(most=2)] == ["request 5", "request 4"]
    assert buffer.recent("never") == ()


def test_a_trace_keeps_so_many_steps() -> None:
    """Of a trace with too many steps the first one stays, and the rest are counted."""
    buffer = TraceBuffer(spans=4)
    tracer = tracer_of(buffer)
    root = tracer.start_span("turn")
    for number in range(10):
        tracer.start_span(f"step {number}", set_span_in_context(root)).end()
    root.end()
    (trace,) = buffer.recent()
    assert [span.name for span in trace.spans] == ["turn", "step 0", "step 1", "step 2"]
    assert trace.dropped == 7


def test_a_step_may_outlive_the_first_one() -> None:
    """What a stopped turn still had to do is part of its trace."""
    buffer = TraceBuffer()
    tracer = tracer_of(buffer)
    root = tracer.start_span("turn")
    late = tracer.start_span("keep", set_span_in_context(root))
    root.end()
    late.end()
    (trace,) = buffer.recent()
    assert [span.name for span in trace.spans] == ["turn", "keep"]


def test_traces_without_an_end_are_forgotten() -> None:
    """Steps whose first step never ends take only so much room."""
    buffer = TraceBuffer(traces=3)
    tracer = tracer_of(buffer)
    roots = [tracer.start_span("turn") for _ in range(20)]
    for root in roots:
        tracer.start_span("step", set_span_in_context(root)).end()
    assert buffer.recent() == ()
    assert len(buffer._open) == 12


def test_a_caller_elsewhere_may_have_begun_the_trace() -> None:
    """A step whose parent is in another process is the first one here."""
    buffer = TraceBuffer()
    tracer = tracer_of(buffer)
    far = SpanContext(0xABC, 0xDEF, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    tracer.start_span("POST /chat", set_span_in_context(NonRecordingSpan(far))).end()
    (trace,) = buffer.recent()
    assert trace.id.endswith("abc")
    assert trace.spans[0].parent_id == f"{0xDEF:016x}"


def test_one_trace_for_everything_stays_small() -> None:
    """A caller that never begins a new trace keeps no more than one of the usual size."""
    buffer = TraceBuffer(spans=4)
    tracer = tracer_of(buffer)
    far = SpanContext(0xABC, 0xDEF, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    for _ in range(20):
        root = tracer.start_span("POST /chat", set_span_in_context(NonRecordingSpan(far)))
        tracer.start_span("turn", set_span_in_context(root)).end()
        root.end()
    (trace,) = buffer.recent()
    assert len(trace.spans) == 4
    assert trace.dropped == 36


@pytest.mark.parametrize(
    ("attributes", "status"),
    [
        ({"feynman.stopped": True}, "stopped"),
        ({"error.type": "ConnectionError"}, "stopped"),
        ({"error.type": "engine_failed"}, "failed"),
    ],
)
def test_leaving_is_no_failure(attributes: dict[str, str | bool], status: str) -> None:
    """A turn that was stopped and a client that left are told apart from failures."""
    buffer = TraceBuffer()
    span = tracer_of(buffer).start_span("turn", attributes=attributes)
    if "error.type" in attributes:
        span.set_status(Status(StatusCode.ERROR))
    span.end()
    assert buffer.recent()[0].status == status


def test_many_threads_write_while_one_reads() -> None:
    """Nothing is lost and nothing breaks when turns end on many threads."""
    buffer = TraceBuffer(traces=400)
    tracer = tracer_of(buffer)

    def work(name: str) -> None:
        for _ in range(50):
            root = tracer.start_span(name)
            tracer.start_span("step", set_span_in_context(root)).end()
            root.end()

    threads = [threading.Thread(target=work, args=(f"turn {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        buffer.recent()
    traces = buffer.recent()
    assert len(traces) == 400
    assert all(len(trace.spans) == 2 for trace in traces)

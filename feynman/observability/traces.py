"""The last traces of this process, kept to be looked at."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Final, Literal

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.trace import SpanContext, StatusCode

from feynman.domain import Frozen

__all__ = ["SpanRecord", "Trace", "TraceBuffer", "TraceStatus"]

TraceStatus = Literal["ok", "failed", "stopped"]
Attributes = dict[str, str | bool | int | float | tuple[str | bool | int | float, ...]]

# About 2 kB a span: 50 full traces of this many take 25 MB, 50 usual turns of 40 spans take 4, other traces little.
_TRACES: Final = 50
_SPANS: Final = 250
# As many times more may be under way.
_OPEN: Final = 4
_TURN: Final = "turn"
_NANOSECONDS: Final = 1e9
# FastAPI's word for a client that left before the end of its answer.
_LEFT: Final = "ConnectionError"


class SpanRecord(Frozen):
    """One step; ``start`` is in seconds after its trace began, ``parent_id`` ``None`` for the first step."""

    id: str
    parent_id: str | None
    name: str
    start: float
    seconds: float
    status: TraceStatus
    attributes: Attributes


class Trace(Frozen):
    """Everything that happened for one turn or request; name, status and attributes are its first step's.

    ``spans`` are in the order in which they began; ``dropped`` more were too many to keep. The parent of one may be
    missing: it was dropped, or has not ended yet.
    """

    id: str
    name: str
    started: datetime
    seconds: float
    status: TraceStatus
    attributes: Attributes
    spans: tuple[SpanRecord, ...]
    dropped: int = 0


class _Pile:
    """The spans of one trace, as they ended."""

    def __init__(self) -> None:
        self.root: ReadableSpan | None = None
        self.spans: list[ReadableSpan] = []
        self.dropped = 0
        self.turn = False

    def has(self, step: str) -> bool:
        return any(span.name == step for span in self.spans)


class TraceBuffer(SpanProcessor):
    """Keeps the last ``traces`` turns whose first step has ended, and as many others, at most ``spans`` steps of each.

    They are counted apart: requests that are refused must not drive out the turns.
    """

    def __init__(self, *, traces: int = _TRACES, spans: int = _SPANS) -> None:
        self._most_traces = traces
        self._most_spans = spans
        self._lock = threading.Lock()
        self._open: OrderedDict[int, _Pile] = OrderedDict()
        self._done: OrderedDict[int, _Pile] = OrderedDict()

    def on_end(self, span: ReadableSpan) -> None:
        """Keep a step that ended; the last of a stopped turn may come after the first step's end."""
        context = span.context
        if context is None or not context.trace_flags.sampled:
            return
        with self._lock:
            self._add(context.trace_id, span)

    def recent(self, step: str | None = None, *, most: int | None = None) -> tuple[Trace, ...]:
        """Return the kept traces, the newest first: those with a step of that name, ``most`` of them."""
        with self._lock:
            kept = (pile for pile in reversed(self._done.values()) if step is None or pile.has(step))
            piles = [(pile.root, list(pile.spans), pile.dropped) for pile in islice(kept, most)]
        return tuple(_trace(root, spans, dropped) for root, spans, dropped in piles if root is not None)

    def _add(self, trace_id: int, span: ReadableSpan) -> None:
        pile = self._done.get(trace_id) or self._open.setdefault(trace_id, _Pile())
        pile.turn = pile.turn or span.name == _TURN
        if span.parent is None or span.parent.is_remote:
            pile.root = span
            self._open.pop(trace_id, None)
            self._done[trace_id] = pile
        if pile.root is span and len(pile.spans) >= self._most_spans:
            # A caller elsewhere may use one trace for all its requests.
            pile.spans.pop(0)
            pile.dropped += 1
        if pile.root is span or len(pile.spans) < self._most_spans - 1:
            pile.spans.append(span)
        else:
            pile.dropped += 1
        if pile.root is span:
            self._make_room(turns=pile.turn)
        # A first step that never ends must not keep its trace for ever.
        while len(self._open) > self._most_traces * _OPEN:
            self._open.popitem(last=False)

    def _make_room(self, *, turns: bool) -> None:
        alike = [trace_id for trace_id, pile in self._done.items() if pile.turn is turns]
        for trace_id in alike[: -self._most_traces]:
            del self._done[trace_id]


def _trace(root: ReadableSpan, spans: list[ReadableSpan], dropped: int) -> Trace:
    start = root.start_time or 0
    first = _record(root, start)
    return Trace(
        id=trace.format_trace_id(_context(root).trace_id),
        name=first.name,
        started=datetime.fromtimestamp(start / _NANOSECONDS, UTC),
        seconds=first.seconds,
        status=first.status,
        attributes=first.attributes,
        spans=tuple(_record(span, start) for span in sorted(spans, key=lambda span: span.start_time or 0)),
        dropped=dropped,
    )


def _record(span: ReadableSpan, start: int) -> SpanRecord:
    began = span.start_time or start
    return SpanRecord(
        id=trace.format_span_id(_context(span).span_id),
        parent_id=None if span.parent is None else trace.format_span_id(span.parent.span_id),
        name=span.name,
        start=max(0, began - start) / _NANOSECONDS,
        seconds=max(0, (span.end_time or began) - began) / _NANOSECONDS,
        status=_status(span),
        attributes=_plain(span.attributes or {}),
    )


def _status(span: ReadableSpan) -> TraceStatus:
    attributes = span.attributes or {}
    if attributes.get("feynman.stopped") or attributes.get("error.type") == _LEFT:
        return "stopped"
    return "failed" if span.status.status_code is StatusCode.ERROR else "ok"


def _plain(attributes: Mapping[str, object]) -> Attributes:
    return {
        key: value if isinstance(value, (str, bool, int, float, tuple)) else str(value)
        for key, value in attributes.items()
    }


def _context(span: ReadableSpan) -> SpanContext:
    context: SpanContext | None = span.context
    if context is None:
        raise AssertionError("a span that ended has a context")
    return context

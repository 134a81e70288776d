"""One turn, step by step, as bars one below the other."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from feynman.i18n import Translator
from feynman.observability.traces import SpanRecord, Trace
from feynman.ui.components.monitor.bars import Bar, bars
from feynman.ui.components.monitor.judged import seconds
from feynman.ui.components.monitor.steps import STAGES, kind, plain_name, small_print
from feynman.ui.markup import Markup

__all__ = ["longest", "steps", "waterfall"]

# Shorter steps are for who asks for all of them.
_WORTH_SECONDS: Final = 0.001
_WORTH_SHARE: Final = 0.02


class Step(NamedTuple):
    """A span, how deep it stands, and its seconds without those of the steps within it."""

    span: SpanRecord
    depth: int
    own_seconds: float


def steps(trace: Trace) -> list[Step]:
    """All steps in the order in which they began, each after the one it belongs to."""
    known = {span.id for span in trace.spans}
    within: dict[str | None, list[SpanRecord]] = defaultdict(list)
    for span in trace.spans:
        within[span.parent_id if span.parent_id in known else None].append(span)
    return list(_walk(within, None, 0))


def longest(found: Sequence[Step], _: Translator) -> tuple[str, float] | None:
    """What took most of the time, all steps of one kind together; the frame around a turn is none."""
    taken: dict[str, float] = defaultdict(float)
    for step in found:
        if step.depth > 0 and step.span.name != "turn":
            taken[plain_name(step.span, _)] += step.own_seconds
    return max(taken.items(), key=lambda item: item[1], default=None)


def waterfall(trace: Trace, _: Translator, *, everything: bool) -> Markup:
    """Bars for a turn's stages and what took noticeable time or failed, or for ``everything``, with small print."""
    found = steps(trace)
    whole = max((step.span.start + step.span.seconds for step in found), default=0.0) or 1.0
    shown = found if everything else [step for step in found if _worth(step, trace.seconds)]
    title = _("What took how long")
    return bars(title, [_bar(step, whole, _, everything=everything) for step in shown])


def _walk(within: dict[str | None, list[SpanRecord]], parent: str | None, depth: int) -> Iterator[Step]:
    for span in within[parent]:
        inside = _covered(within[span.id]) if span.id in within else 0.0
        yield Step(span, depth, max(0.0, span.seconds - inside))
        if span.id in within:
            yield from _walk(within, span.id, depth + 1)


def _covered(spans: Sequence[SpanRecord]) -> float:
    """The seconds in which at least one of them ran."""
    covered, until = 0.0, 0.0
    for span in spans:
        end = span.start + span.seconds
        covered += max(0.0, end - max(until, span.start))
        until = max(until, end)
    return covered


def _worth(step: Step, whole: float) -> bool:
    noticeable = step.span.seconds >= max(_WORTH_SECONDS, whole * _WORTH_SHARE)
    return noticeable or step.depth <= 1 or step.span.name in STAGES or step.span.status != "ok"


def _bar(step: Step, whole: float, _: Translator, *, everything: bool) -> Bar:
    span = step.span
    states = {"failed": _("failed"), "stopped": _("stopped")}
    figure = seconds(span.seconds, _)
    if span.status != "ok":
        figure = f"{figure} · {states[span.status]}"
    return Bar(
        label=plain_name(span, _),
        figure=figure,
        start=span.start / whole,
        length=span.seconds / whole,
        look=kind(span) if span.status == "ok" else span.status,
        depth=step.depth,
        small=small_print(span) if everything else "",
        spoken=_("begins after {seconds}", seconds=seconds(span.start, _)) if span.start > 0 else "",
    )

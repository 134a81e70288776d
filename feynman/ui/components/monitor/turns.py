"""The last turns to choose from, and the chosen one step by step."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

import streamlit as st

from feynman.i18n import Translator, explain_error
from feynman.observability.traces import SpanRecord, Trace, TraceStatus
from feynman.ui.components.monitor.judged import Verdict, seconds, together
from feynman.ui.components.monitor.waterfall import longest, steps, waterfall
from feynman.ui.markup import Markup

__all__ = ["MOST", "STEP", "show", "turn_of"]

MOST: Final = 20
"""How many turns are listed."""

STEP: Final = "turn"
"""The name of the step that is the turn itself."""

# Pixels for four turns and a half; fewer need no scrolling.
_LIST_HEIGHT: Final = 300
_FEW: Final = 4
# Stands for whichever turn is the last one.
_NEWEST: Final = ""
_COLOURS: Final[Mapping[Verdict, str]] = {"good": "green", "fair": "orange", "bad": "red"}


def show(traces: Sequence[Trace], _: Translator, *, key: str) -> None:
    """Show the last turns as a list and one of them as a waterfall, by default always the newest."""
    st.subheader(_("The last turns, step by step"), anchor=False)
    turns = {trace.id: (trace, turn) for trace in traces if (turn := turn_of(trace)) is not None}
    if not turns:
        st.caption(_("No turn yet. As soon as somebody teaches, you see here what each answer spent its time on."))
        return
    st.caption(_("What a learner said is never shown here, only how long it was."))
    chosen = _choose(turns, _, key=key)
    trace, turn = turns[chosen] if chosen in turns else next(iter(turns.values()))
    with st.container(border=True, key=f"{key}-chosen"):
        _one(trace, turn, _, key=key)


def turn_of(trace: Trace) -> SpanRecord | None:
    """The step of a trace that is the turn itself, ``None`` where there was none."""
    return next((span for span in trace.spans if span.name == STEP), None)


def _choose(turns: dict[str, tuple[Trace, SpanRecord]], _: Translator, *, key: str) -> str:
    labels = {_NEWEST: _("Always the newest")} | {id_: _label(*turn, _) for id_, turn in turns.items()}
    captions = ["", *(_caption(*turn, _) for turn in turns.values())]
    name = f"{key}-choice"
    if st.session_state.get(name, _NEWEST) not in labels:
        st.session_state[name] = _NEWEST
    with st.container(height=_LIST_HEIGHT if len(turns) > _FEW else "content", key=f"{key}-list", border=True):
        chosen: str | None = st.radio(
            _("Choose a turn"), list(labels), format_func=labels.__getitem__, captions=captions, key=name
        )
    return chosen or _NEWEST


def _label(trace: Trace, turn: SpanRecord, _: Translator) -> str:
    verdict, word = _outcome(trace, turn, _)
    return f"{_time(trace, _)} · :{_COLOURS[verdict]}[{word}]"


def _heading(trace: Trace, turn: SpanRecord, _: Translator) -> Markup:
    verdict, word = _outcome(trace, turn, _)
    chip = f'<span class="fy-verdict fy-verdict-{verdict}">{escape(word)}</span>'
    return Markup(f'<div class="fy-kind">{escape(_time(trace, _))} {chip}</div>')


def _time(trace: Trace, _: Translator) -> str:
    return f"{trace.started.astimezone(_.zone):%H:%M:%S} · {seconds(trace.seconds, _)}"


def _outcome(trace: Trace, turn: SpanRecord, _: Translator) -> tuple[Verdict, str]:
    status = _status(trace, turn)
    if status == "ok" and "feynman.degraded" in turn.attributes:
        return "fair", _("done by the built-in student")
    outcomes: dict[TraceStatus, tuple[Verdict, str]] = {
        "ok": ("good", _("fine")),
        "failed": ("bad", _("failed")),
        "stopped": ("fair", _("stopped")),
    }
    return outcomes[status]


def _caption(trace: Trace, turn: SpanRecord, _: Translator) -> str:
    topic, said = _length(turn, "topic_length"), _length(turn, "explanation_length")
    way = _("on the page") if trace.name == "page.turn" else _("over the API")
    lengths = _(
        "topic of {topic} characters, explanation of {said}", topic=_.format_number(topic), said=_.format_number(said)
    )
    return f"{_engine(turn, _)} · {lengths} · {way}"


def _one(trace: Trace, turn: SpanRecord, _: Translator, *, key: str) -> None:
    st.html(_heading(trace, turn, _))
    st.write(_story(trace, turn, _))
    everything = st.toggle(_("Every step, with technical names"), key=f"{key}-everything")
    st.html(waterfall(trace, _, everything=everything))
    if everything and trace.dropped:
        st.caption(_("{count} more steps were too many to keep.", count=_.format_number(trace.dropped)))
    st.caption(_("Number of this trace, to find it in the logs (trace_id):"))
    st.code(trace.id, language=None)


def _story(trace: Trace, turn: SpanRecord, _: Translator) -> str:
    status, code = _status(trace, turn), str(turn.attributes.get("error.type", ""))
    if status == "stopped":
        return _("The learner stopped this turn or left the page.")
    if status == "failed":
        return explain_error(code or "internal", _.language)
    told = _("It took {seconds} from beginning to end.", seconds=seconds(trace.seconds, _))
    most = longest(steps(trace), _)
    if most is not None:
        slow, taken = most
        told = together(told, _("What took longest: {step}, {seconds}.", step=slow, seconds=seconds(taken, _)), _)
    if "feynman.degraded" in turn.attributes:
        reason = explain_error(str(turn.attributes["feynman.degraded"]), _.language)
        told = together(told, together(_("The language model could not be used:"), reason, _), _)
    return told


def _status(trace: Trace, turn: SpanRecord) -> TraceStatus:
    return turn.status if turn.status != "ok" else trace.status


def _length(turn: SpanRecord, name: str) -> int:
    value = turn.attributes.get(name, 0)
    return value if isinstance(value, int) else 0


def _engine(turn: SpanRecord, _: Translator) -> str:
    engine = turn.attributes.get("feynman.engine")
    names = {"builtin": _("built-in student"), "openai": _("language model"), "local": _("model on this machine")}
    return names.get(str(engine), _("another student"))

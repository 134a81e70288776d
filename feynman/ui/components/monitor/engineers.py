"""What only engineers ask for; nothing of it is computed while it is folded away."""

from typing import Final

import streamlit as st

from feynman.i18n import Translator
from feynman.ui.components.figures import average, total
from feynman.ui.components.monitor.charts import Chart, pairs
from feynman.ui.components.monitor.judged import Judged, seconds
from feynman.ui.components.monitor.lines import Line
from feynman.ui.services import api_address, container

__all__ = ["show"]

_MEBIBYTE: Final = 1024 * 1024
_MINUTES: Final = 60


def show(_: Translator, *, key: str) -> None:
    """Show more charts, more figures and where programs read them."""
    fold = st.expander(_("For engineers"), icon=":material/build:", key=f"{key}-fold", on_change="rerun")
    if not fold.open:
        return
    with fold:
        pairs(_charts(_), container().history, _, minutes=_MINUTES, key=key)
        _figures(container().metrics.snapshot(), _)
        address = api_address()
        if address is not None:
            st.caption(_("The same for programs: {health} and {metrics}", health="/health", metrics="/metrics"))
            st.code(address, language=None)


def _charts(_: Translator) -> list[Chart]:
    times = (
        Line(_("turn"), "turn_p95"),
        Line(_("request"), "request_p95"),
        Line(_("language model"), "model_p95"),
        Line(_("database"), "database_p95"),
    )
    under_way = (Line(_("turns"), "active_turns"), Line(_("streams"), "streams"))
    return [
        Chart(_("Slowest in twenty, in seconds"), times, _told(_("The 95th percentile of the last minute.")), 0.1),
        Chart(_("Under way"), under_way, _told(_("Turns and streamed answers at that moment."))),
        Chart(
            _("Processor, in percent"),
            (Line(_("processor"), "cpu", 100.0),),
            _told(_("Of one processor core, by this program.")),
            100,
        ),
        Chart(
            _("Lateness of the event loop, in milliseconds"),
            (Line(_("late"), "lag", 1000.0),),
            _told(_("More than 250 is felt by everybody.")),
            10,
        ),
        Chart(
            _("Memory of the program, in MB"),
            (Line(_("memory"), "memory_bytes", 1 / _MEBIBYTE),),
            _told(_("Under the same load it should stay level.")),
            100,
        ),
    ]


def _told(sentence: str) -> Judged:
    return Judged("none", "", sentence)


def _figures(values: dict[str, float], _: Translator) -> None:
    st.subheader(_("Since the start"), anchor=False)
    figures = (
        (_("First sign of life"), _time(average(values, "feynman_time_to_first_event_seconds"), _)),
        (_("First word"), _time(average(values, "feynman_time_to_first_token_seconds"), _)),
        (_("API requests"), _.format_number(total(values, "api_requests_total"))),
        (_("Memory in use"), f"{_.format_number(total(values, 'process_resident_memory_bytes') / _MEBIBYTE)} MB"),
        (_("Tokens of language models"), _.format_number(total(values, "gen_ai_client_token_usage_sum"))),
        (_("Tool calls"), _.format_number(total(values, "feynman_tool_calls_total"))),
        (_("Turns with a stand-in"), _.format_number(total(values, "feynman_degraded_turns_total"))),
        (_("Processor time"), _time(values.get("process_cpu_seconds_total"), _)),
        (_("Threads"), _.format_number(total(values, "process_threads"))),
    )
    for start in range(0, len(figures), 3):
        for column, (label, value) in zip(st.columns(3), figures[start : start + 3], strict=True):
            column.metric(label, value, border=True)


def _time(value: float | None, _: Translator) -> str:
    return "–" if value is None else seconds(value, _)

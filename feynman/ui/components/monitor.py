"""How the program is doing, readable by a teacher."""

from typing import Final

import streamlit as st

from feynman.domain import GapKind
from feynman.i18n import Translator, gap_kind_name
from feynman.observability.health import CheckResult, HealthReport
from feynman.ui import markup
from feynman.ui.components.figures import average, by_label, total
from feynman.ui.services import api_address, container, fetch
from feynman.ui.state import words

__all__ = ["show"]

_EVERY_SECONDS: Final = 2
_MEBIBYTE: Final = 1024 * 1024


def show(*, key: str) -> None:
    """Show the checks and the figures, renewed every two seconds."""
    _live(key=key)
    address = api_address()
    if address is not None:
        _ = words()
        st.caption(_("The same for programs: {health} and {metrics}", health="/health", metrics="/metrics"))
        st.code(address, language=None)


@st.fragment(run_every=_EVERY_SECONDS)
def _live(*, key: str) -> None:
    _ = words()
    _checks(fetch(container().health.report()), _, key)
    _figures(container().metrics.snapshot(), _)


def _checks(report: HealthReport, _: Translator, key: str) -> None:
    headlines = {
        "healthy": _("Everything works"),
        "degraded": _("Works, with limits"),
        "unhealthy": _("Something doesn't work"),
    }
    st.subheader(headlines[report.status], anchor=False)
    with st.container(border=True, key=f"{key}-checks", gap=None):
        for name, check in report.checks.items():
            st.html(_row(name, check, _))
    st.caption(_("Running for {minutes} minutes", minutes=_.format_number(report.uptime_seconds // 60)))


def _row(name: str, check: CheckResult, _: Translator) -> markup.Markup:
    labels = {"healthy": _("works"), "degraded": _("limited"), "unhealthy": _("doesn't work")}
    detail = "" if check.status == "healthy" else check.detail
    return markup.check_row(check.status, f"{_part(name, _)}: {labels[check.status]}", detail)


def _part(name: str, _: Translator) -> str:
    parts = {
        "database": _("Database"),
        "chroma": _("Memory search"),
        "embedding": _("Language understanding"),
        "model": _("Language model"),
        "workers": _("Background work"),
        "disk": _("Disk"),
    }
    return parts.get(name, name)


def _figures(values: dict[str, float], _: Translator) -> None:
    st.subheader(_("Since the start"), anchor=False)
    seconds = _("{seconds} s")
    figures = (
        (_("Turns"), _.format_number(total(values, "feynman_turns_total"))),
        (_("Gaps found"), _.format_number(total(values, "feynman_gaps_total"))),
        (_("Gaps cleared up"), _.format_number(total(values, "feynman_gaps_resolved_total"))),
        (_("First sign of life"), _time(average(values, "feynman_time_to_first_event_seconds"), seconds, _)),
        (_("First word"), _time(average(values, "feynman_time_to_first_token_seconds"), seconds, _)),
        (_("API requests"), _.format_number(total(values, "api_requests_total"))),
        (_("Waiting work"), _.format_number(total(values, "feynman_jobs_pending"))),
        (_("Memory in use"), f"{_.format_number(total(values, 'process_resident_memory_bytes') / _MEBIBYTE)} MB"),
        (_("Tokens of language models"), _.format_number(total(values, "feynman_model_tokens_total"))),
        (_("Tool calls"), _.format_number(total(values, "feynman_tool_calls_total"))),
        (_("Turns with a stand-in"), _.format_number(total(values, "feynman_degraded_turns_total"))),
        (_("Processor time"), _time(values.get("process_cpu_seconds_total"), seconds, _)),
    )
    for start in range(0, len(figures), 3):
        for column, (label, value) in zip(st.columns(3), figures[start : start + 3], strict=True):
            column.metric(label, value, border=True)
    _kinds(by_label(values, "feynman_gaps_total", "kind"), _)


def _time(seconds: float | None, pattern: str, _: Translator) -> str:
    return "–" if seconds is None else pattern.format(seconds=_.format_number(seconds, 2))


def _kinds(counts: dict[str, float], _: Translator) -> None:
    st.subheader(_("Gaps by kind"), anchor=False)
    known = {gap_kind_name(kind, _.language): counts[kind] for kind in GapKind if counts.get(kind)}
    if not known:
        st.caption(_("No gap has been found yet."))
        return
    kind, count = _("Kind"), _("Count")
    st.bar_chart({kind: list(known), count: list(known.values())}, x=kind, y=count, horizontal=True)

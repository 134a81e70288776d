"""Whether everything works: first the answer, then what doesn't, then all that was looked at."""

from datetime import UTC, datetime, timedelta
from html import escape

import streamlit as st

from feynman.i18n import Translator, explain_error
from feynman.observability.health import CheckResult, CheckStatus, HealthReport
from feynman.ui.components.monitor import sentences
from feynman.ui.markup import Markup, joined
from feynman.ui.services import container

__all__ = ["show", "silent"]


def show(report: HealthReport, _: Translator, *, key: str) -> None:
    """Show a report; what doesn't work comes before what is limited."""
    st.html(_banner(report.status, *_headline(report.status, _)))
    ill = {name: check for name, check in report.checks.items() if check.status != "healthy"}
    for name, check in sorted(ill.items(), key=lambda item: item[1].status, reverse=True):
        st.html(_card(name, check, _))
    label = _.ngettext("{count} part was checked", "All {count} parts that were checked", len(report.checks))
    with st.expander(label, key=f"{key}-all"):
        st.html(joined(*(_row(name, check, _) for name, check in report.checks.items())))
    started = datetime.now(UTC) - timedelta(seconds=report.uptime_seconds)
    st.caption(_("The program was started {when}.", when=_.format_relative(started)))


def silent(code: str, _: Translator) -> None:
    """Say that nothing is known because the program did not answer."""
    headline = _("The program doesn't answer")
    st.html(_banner("unhealthy", headline, explain_error(code, _.language)))


def _headline(status: CheckStatus, _: Translator) -> tuple[str, str]:
    if status == "healthy":
        return _("Everything works"), _("Learners can teach. Nothing needs your attention.")
    if status == "degraded":
        return _("Works, with limits"), _("Learners can teach. What is limited, and what helps:")
    return _("Something doesn't work"), _("Learners can't teach as they should. What is wrong, and what helps:")


def _banner(status: CheckStatus, headline: str, sentence: str) -> Markup:
    return Markup(
        f'<div class="fy-health fy-{status}" role="status"><div class="fy-headline">'
        f'<span class="fy-dot fy-dot-{status}"></span>{escape(headline)}</div><div>{escape(sentence)}</div></div>'
    )


def _card(name: str, check: CheckResult, _: Translator) -> Markup:
    return Markup(
        f'<div class="fy-ill fy-{check.status}"><div class="fy-kind">{_title(name, check, _)}</div>'
        f"<div>{escape(_sentence(name, check, _))}</div>{_small(name, check)}</div>"
    )


def _row(name: str, check: CheckResult, _: Translator) -> Markup:
    return Markup(
        f'<div class="fy-check fy-check-{check.status}"><span class="fy-dot fy-dot-{check.status}"></span>'
        f"<div><strong>{_title(name, check, _)}</strong> {escape(_sentence(name, check, _))}"
        f"{_small(name, check)}</div></div>"
    )


def _title(name: str, check: CheckResult, _: Translator) -> str:
    states = {"healthy": _("works"), "degraded": _("limited"), "unhealthy": _("doesn't work")}
    chip = f'<span class="fy-verdict fy-verdict-{check.status}">{escape(states[check.status])}</span>'
    return f"{escape(sentences.name(name, _))} {chip}"


def _sentence(name: str, check: CheckResult, _: Translator) -> str:
    if name == "model":
        return sentences.of_model(container().engines.state, check.status, _)
    return sentences.of_check(name, check.status, _)


def _small(name: str, check: CheckResult) -> str:
    """For engineers, and therefore as the program says it."""
    detail = " · ".join(part for part in (name, check.detail, f"{check.seconds * 1000:.0f} ms") if part)
    return f'<small class="fy-small" lang="en" dir="ltr">{escape(detail)}</small>'

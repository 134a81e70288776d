"""How far the explanation has come, without giving away what is still to come."""

import streamlit as st

from feynman.domain import Coverage, CoverageStatus, Gap, Turn
from feynman.i18n import coverage_status_name, student_name
from feynman.session import Conversation
from feynman.ui import markup
from feynman.ui.state import words

__all__ = ["show"]


def show(conversation: Conversation, *, key: str) -> None:
    """Show what has been explained, what is open, and what the student believes by now."""
    with st.container(key=key):
        _coverage(conversation)
        _gaps(conversation.gaps, conversation.turns, key)
        _beliefs(conversation, key)


def _coverage(conversation: Conversation) -> None:
    _ = words()
    total = len(conversation.reference.points)
    if total == 0:
        st.caption(_("There is no list of key points for this topic, so only the clearness can be checked."))
        return
    coverage = conversation.coverage
    covered = [point for point in coverage if point.status == "covered"]
    st.progress(
        len(covered) / total,
        text=_("{covered} of {total} key points explained", covered=len(covered), total=total),
    )
    for quote in dict.fromkeys(point.quote for point in covered if point.quote is not None):
        st.html(markup.plain(quote, "covered"))
    st.caption(_rest(coverage, total - len(covered)))


def _rest(coverage: tuple[Coverage, ...], uncovered: int) -> str:
    _ = words()
    started = sum(point.status == "partial" for point in coverage)
    wrong = sum(point.status == "contradicted" for point in coverage)
    counts: tuple[tuple[CoverageStatus, int], ...] = (
        ("partial", started),
        ("contradicted", wrong),
        ("missing", uncovered - started - wrong),
    )
    parts = [
        f"{coverage_status_name(status, _.language)}: {_.format_number(count)}" for status, count in counts if count
    ]
    return " · ".join(parts) if parts else _("Nothing is left to explain.")


def _gaps(gaps: tuple[Gap, ...], turns: tuple[Turn, ...], key: str) -> None:
    _ = words()
    if not gaps:
        return
    left = sum(gap.status == "open" for gap in gaps)
    texts = {turn.id: turn.text for turn in turns}
    label = _.ngettext("{count} open question", "{count} open questions", left)
    with st.expander(label, key=f"{key}-gaps", expanded=False, icon=":material/help:"):
        ordered = sorted(gaps, key=lambda gap: (gap.status == "resolved", -gap.severity))
        st.html(markup.gap_cards(ordered, texts, _))


def _beliefs(conversation: Conversation, key: str) -> None:
    _ = words()
    if not conversation.beliefs:
        return
    label = _("What {name} believes now", name=student_name(_.language))
    with st.expander(label, key=f"{key}-beliefs", icon=":material/lightbulb:"):
        st.html(markup.joined(*map(markup.believed, dict.fromkeys(each.quote for each in conversation.beliefs))))

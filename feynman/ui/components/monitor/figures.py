"""What has come together since the start."""

import streamlit as st

from feynman.domain import GapKind
from feynman.i18n import Translator, gap_kind_name
from feynman.ui.components.figures import by_label, total
from feynman.ui.components.monitor.bars import Bar, bars

__all__ = ["show"]


def show(values: dict[str, float], _: Translator) -> None:
    """Show the sums that a teacher asks for, and the gaps by kind."""
    st.subheader(_("Since the start"), anchor=False)
    figures = (
        (_("Turns"), "feynman_turns_total"),
        (_("Gaps found"), "feynman_gaps_total"),
        (_("Gaps cleared up"), "feynman_gaps_resolved_total"),
    )
    for column, (label, name) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(label, _.format_number(total(values, name)), border=True)
    counts = by_label(values, "feynman_gaps_total", "kind")
    known = {gap_kind_name(kind, _.language): counts[kind] for kind in GapKind if counts.get(kind)}
    if not known:
        st.caption(_("No gap has been found yet."))
        return
    most = max(known.values())
    order = sorted(known.items(), key=lambda item: -item[1])
    st.html(bars(_("Gaps by kind"), [Bar(kind, _.format_number(count), 0, count / most) for kind, count in order]))

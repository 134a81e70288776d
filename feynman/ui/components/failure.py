"""What happened, which part, and what to do."""

import streamlit as st

from feynman.i18n import explain_error
from feynman.ui.problem import Problem
from feynman.ui.state import words

__all__ = ["page", "show"]


def show(problem: Problem, *, key: str) -> None:
    """Show a problem as a box."""
    _ = words()
    with st.container(key=key):
        st.error(explain_error(problem.code, _.language, **problem.params), icon=":material/error:")
        notes = []
        if problem.part is not None:
            notes.append(_("Part: {part}", part=problem.part))
        if problem.reference is not None:
            notes.append(_("Number for the logs: {reference}", reference=problem.reference))
        if notes:
            st.caption(" · ".join(notes))


def page(problem: Problem, *, key: str) -> None:
    """Show a problem that leaves nothing else to show, with its technical detail and a way to try again."""
    _ = words()
    st.header(_("This page can't be shown right now"))
    show(problem, key=key)
    if problem.detail:
        st.caption(_("Technical detail"))
        st.code(problem.detail, language=None, wrap_lines=True)
    st.button(_("Try again"), key=f"{key}-again", icon=":material/refresh:")

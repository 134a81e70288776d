"""Notices that the conversation went on behind the page: in another tab, or because a turn was stopped."""

from datetime import datetime
from typing import Final

import streamlit as st

from feynman.domain import FeynmanError, Session
from feynman.ui.services import container, fetch
from feynman.ui.state import tab, words

__all__ = ["show"]

_EVERY_SECONDS: Final = 4


@st.fragment(run_every=_EVERY_SECONDS)
def show(session: Session, *, key: str) -> None:
    """Offer to show what is newer than ``session`` was when the page was drawn."""
    if tab().pending is not None:
        # Stop ends the script without a last run, so the page still shows the half of the turn.
        st.rerun()
    if _updated(session) > session.updated_at:
        _ = words()
        st.info(_("This conversation went on in another tab."), icon=":material/sync:")
        if st.button(_("Show it"), key=key):
            st.rerun()


def _updated(session: Session) -> datetime:
    try:
        return fetch(container().study.session(session.id, session.learner_id)).updated_at
    except FeynmanError:
        return session.updated_at

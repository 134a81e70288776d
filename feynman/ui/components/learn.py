"""The page on which a learner teaches."""

import streamlit as st

from feynman.domain import Learner
from feynman.ui.components import conversation, identity, topics
from feynman.ui.state import tab

__all__ = ["show"]

_SESSION = "session"


def show(*, key: str) -> None:
    """Show the welcome, the choice of a topic, or the open conversation."""
    learner = tab().learner
    if learner is None:
        identity.welcome(key=f"{key}-welcome")
        return
    _open_from_address()
    if tab().session_id is None:
        topics.show(learner, key=f"{key}-topics")
    else:
        _teach(learner, key)


def _open_from_address() -> None:
    asked = st.query_params.get(_SESSION)
    if asked:
        tab().open_session(asked)


def _teach(learner: Learner, key: str) -> None:
    session_id = tab().session_id
    if session_id is not None and st.query_params.get(_SESSION) != session_id:
        st.query_params[_SESSION] = session_id
    conversation.show(learner, key=f"{key}-conversation")

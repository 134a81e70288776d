"""The language switch."""

from contextlib import suppress
from typing import Final

import streamlit as st

from feynman.domain import FeynmanError, Language
from feynman.ui.services import container, fetch
from feynman.ui.state import tab, words

__all__ = ["show"]

_NAMES: Final[dict[Language, str]] = {"zh": "中文", "en": "English"}


def show(*, key: str) -> None:
    """Let the reader choose the language; it is kept in the tab and with the learner."""
    _ = words()
    st.session_state[key] = tab().language
    st.segmented_control(
        _("Language"),
        options=list(_NAMES),
        format_func=lambda language: _NAMES[language],
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=_switch,
        args=(key,),
    )


def _switch(key: str) -> None:
    state = tab()
    state.language = st.session_state[key]
    if state.learner is not None:
        # The tab has the language already; that it could not be stored shows on the next visit only.
        with suppress(FeynmanError):
            state.learner = fetch(container().study.speak(state.learner.id, state.language))

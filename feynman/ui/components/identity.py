"""Who is teaching: the welcome, the cookie that recognises a learner, and the way out."""

import re
from typing import Final

import streamlit as st

from feynman.domain import FeynmanError, InvalidInput, Learner, NotFound, visible_text
from feynman.i18n import student_name
from feynman.ui import markup
from feynman.ui.components import failure
from feynman.ui.problem import Problem
from feynman.ui.services import container, fetch
from feynman.ui.state import tab, words

__all__ = ["COOKIE", "MAX_NICKNAME", "recognised", "show", "welcome"]

COOKIE: Final = "feynman_learner"
MAX_NICKNAME: Final = 30
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_YEAR_SECONDS: Final = 365 * 24 * 3600


def recognised() -> Learner | None:
    """Return the tab's learner, found by the browser's cookie at its first run.

    Raises:
        FeynmanError: the records can't be read.
    """
    state = tab()
    if state.learner is None and not state.signed_out:
        _enter(_cookie())
    return state.learner


def show(learner: Learner, *, key: str) -> None:
    """Show who teaches, the key for other devices, and a way to switch learner."""
    _ = words()
    _keep_cookie(learner.id)
    st.html(markup.named(_("You are {nickname}", nickname=learner.nickname)))
    with st.popover(_("My key"), icon=":material/key:", key=f"{key}-key"):
        st.caption(_("With this key you come back from another device. Whoever has it can read what you taught."))
        st.code(learner.id, language=None)
    st.button(
        _("Not you? Switch learner"), key="switch_learner", type="tertiary", on_click=_leave, icon=":material/logout:"
    )


def welcome(*, key: str) -> None:
    """Say what this is and ask for a nickname, or for the key of an earlier visit."""
    _ = words()
    if tab().signed_out:
        _drop_cookie()
    name = student_name(_.language)
    st.write(
        _("You understand a thing when you can explain it. Here you teach it to {name}, who is curious.", name=name)
    )
    st.write(
        _("{name} asks about what is missing, unclear or wrong, until your explanation stands on its own.", name=name)
    )
    nickname = st.text_input(_("What shall we call you?"), key="nickname")
    if st.button(_("Start"), key="join", type="primary"):
        _join(nickname, key)
    with st.expander(_("I have a key"), key=f"{key}-return"):
        known = st.text_input(_("Your key"), key="learner_key")
        if st.button(_("Come back"), key="come_back"):
            _come_back(known.strip(), key)


def _enter(key: str) -> bool:
    learner = fetch(container().study.learner(key)) if _KEY.fullmatch(key) else None
    # API clients choose their learners' ids, which may be guessed; only learners who joined have a nickname.
    if learner is None or not learner.nickname:
        return False
    state = tab()
    state.learner = learner
    state.language = learner.language
    state.signed_out = False
    return True


def _join(nickname: str, key: str) -> None:
    state = tab()
    try:
        name = visible_text(nickname.strip(), MAX_NICKNAME)
        state.learner = fetch(container().study.join(name, state.language))
    except FeynmanError as error:
        failure.show(Problem.of(error), key=f"{key}-problem")
        return
    state.signed_out = False
    st.rerun()


def _come_back(known: str, key: str) -> None:
    _ = words()
    try:
        if not _enter(known):
            raise NotFound("no learner has this key")
    except InvalidInput:
        st.error(_("Nobody has this key. Please check it and try again."), icon=":material/key_off:")
    except FeynmanError as error:
        failure.show(Problem.of(error), key=f"{key}-problem")
    else:
        st.rerun()


def _leave() -> None:
    tab().sign_out()
    st.query_params.clear()


def _cookie() -> str:
    value: object = st.context.cookies.get(COOKIE)
    # Streamlit's AppTest has no cookies but answers with something.
    return value if isinstance(value, str) else ""


def _keep_cookie(learner_id: str) -> None:
    if _cookie() != learner_id and _KEY.fullmatch(learner_id):
        _write_cookie(learner_id, _YEAR_SECONDS)


def _drop_cookie() -> None:
    # Always: the cookies Streamlit knows are those of the moment the page was opened.
    _write_cookie("", 0)


def _write_cookie(value: str, seconds: int) -> None:
    st.html(
        f'<script>document.cookie = "{COOKIE}={value}; path=/; max-age={seconds}; SameSite=Lax"'
        ' + (location.protocol === "https:" ? "; Secure" : "");</script>',
        unsafe_allow_javascript=True,
    )

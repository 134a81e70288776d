"""The student at work, and, at the machine itself, the choice of another one."""

from typing import Final

import streamlit as st

from feynman.container import EngineState
from feynman.domain import FeynmanError
from feynman.i18n import Translator, engine_name, explain_error
from feynman.ui import markup
from feynman.ui.components import failure, settings_form, settings_trial
from feynman.ui.locality import at_the_machine
from feynman.ui.problem import Problem
from feynman.ui.services import container, fetch
from feynman.ui.state import words

__all__ = ["show"]

_EVERY_SECONDS: Final = 2
_DONE: Final = "fy-settings-done"


def show(*, key: str) -> None:
    """Show which student is taught; whoever sits at the machine may choose another one."""
    _ = words()
    st.subheader(_("The student at work"), anchor=False)
    _at_work(key=f"{key}-state")
    if not at_the_machine():
        st.info(_("Only who sits at the machine that this program runs on can change this."), icon=":material/lock:")
        return
    if st.session_state.pop(_DONE, False):
        st.success(_("This student takes the next turn."), icon=":material/check:")
    _choose(key, _)


@st.fragment(run_every=_EVERY_SECONDS)
def _at_work(*, key: str) -> None:
    _ = words()
    state = container().engines.state
    name = engine_name(state.engine, _.language)
    label = name if state.model is None else f"{name}: {state.model}"
    with st.container(border=True, key=key):
        st.html(markup.check_row("healthy" if state.well else "degraded", label, _sentence(state, _)))
        if state.loading is not None:
            st.progress(state.loading.done, text=_("Making the model ready"))


def _sentence(state: EngineState, _: Translator) -> str:
    if state.lacks is not None:
        return _("A setting is missing: {name}. The built-in student is at work instead.", name=state.lacks)
    if state.last not in (None, "ok"):
        return explain_error(state.last or "", _.language)
    if not state.ready:
        return explain_error("model_loading", _.language)
    return ""


def _choose(key: str, _: Translator) -> None:
    st.subheader(_("Choose another one"), anchor=False)
    choice = settings_form.show(key=f"{key}-form")
    with st.container(horizontal=True, key=f"{key}-buttons"):
        tested = choice.engine == "openai" and st.button(
            _("Test connection"), key="test_connection", icon=":material/network_check:"
        )
        applied = st.button(_("Use this student"), key="apply_settings", type="primary")
        reset = container().engines.state.saved and st.button(
            _("Back to the installation's settings"), key="reset_settings", type="tertiary"
        )
    st.caption(_("What you choose counts for everybody who uses this program, and stays after a restart."))
    if tested:
        settings_trial.show(choice, key=f"{key}-trial")
    try:
        if applied:
            fetch(container().engines.apply(choice))
        elif reset:
            fetch(container().engines.reset())
        else:
            return
    except FeynmanError as error:
        failure.show(Problem.of(error), key=f"{key}-problem")
        return
    settings_form.forget()
    st.session_state[_DONE] = True
    st.rerun()

"""What one browser tab remembers between runs; with the components the only place that touches ``session_state``."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from feynman.domain import Explanation, Language, Learner, Reference, Turn, clean_text
from feynman.i18n import Translator, supported_language, translator
from feynman.ui.problem import Problem

__all__ = ["BOX", "Tab", "put_back", "tab", "words"]

BOX: Final = "fy-box"
_KEY: Final = "feynman"


def _new_id() -> str:
    return uuid.uuid4().hex


@dataclass
class Tab:
    """One tab's state.

    ``pending`` is the turn that is being worked on, kept until its end is known; ``unsent`` one that never reached
    the records; ``returned`` is a text that goes back into the box; ``retrying`` a turn to do again; ``kept`` the turns
    whose memory is safely queued; ``traces`` the trace ids of turns that failed; ``wanted`` a topic chosen in the
    library; ``plea`` is what the button for help says for the learner; ``draft`` is material for a session
    that has not begun.
    """

    language: Language
    learner: Learner | None = None
    signed_out: bool = False
    session_id: str | None = None
    pending: Explanation | None = None
    unsent: Explanation | None = None
    returned: str | None = None
    problem: Problem | None = None
    retrying: str | None = None
    kept: set[str] = field(default_factory=set)
    traces: dict[str, str] = field(default_factory=dict)
    wanted: str | None = None
    plea: str | None = None
    draft: Reference | None = None

    def turn_id(self, text: str, new_id: Callable[[], str] = _new_id) -> str:
        """Return the id for a turn with ``text``: that of the unsent turn when it is the same text, else a new one."""
        unsent = self.unsent
        if unsent is not None and (unsent.text, unsent.session_id) == (clean_text(text), self.session_id):
            return unsent.turn_id
        return new_id()

    def settle(self, stored: Mapping[str, Turn]) -> None:
        """Close the pending turn: when it is not among the ``stored`` turns, its text goes back into the box.

        A problem that a stored turn tells itself is not told twice.
        """
        if self.pending is not None and self.pending.turn_id not in stored:
            self.unsent = self.pending
            self.returned = self.pending.text
        self.pending = None
        if self.problem is not None and self.problem.turn_id is not None:
            turn = stored.get(self.problem.turn_id)
            if turn is not None and turn.status == "failed":
                self.problem = None

    def open_session(self, session_id: str) -> None:
        """Make another session the open one."""
        if session_id != self.session_id:
            self.leave_session()
            self.session_id = session_id

    def leave_session(self) -> None:
        """Forget everything about the open session."""
        self.session_id = None
        self.pending = None
        self.unsent = None
        self.returned = None
        self.problem = None
        self.retrying = None
        self.plea = None
        self.draft = None

    def sign_out(self) -> None:
        """Forget the learner too; the browser's cookie is to be removed."""
        self.leave_session()
        self.learner = None
        self.signed_out = True
        self.wanted = None
        self.kept.clear()
        self.traces.clear()


def tab() -> Tab:
    """Return this tab's state, made at its first run in the browser's language."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Tab(language=supported_language(st.context.locale))
    state: Tab = st.session_state[_KEY]
    return state


def words() -> Translator:
    """Return the translator for this tab's language and the browser's timezone."""
    return translator(tab().language, st.context.timezone)


def put_back(text: str) -> None:
    """Put ``text`` into the chat box; call it before the box is drawn in this run."""
    st.session_state[BOX] = text

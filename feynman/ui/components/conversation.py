"""The open conversation: what was said, what is being said, and the box to say more."""

import time
from collections.abc import AsyncIterator, Callable
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from feynman.domain import (
    Explanation,
    FeynmanError,
    InvalidInput,
    Language,
    Learner,
    NotFound,
    Session,
    StudyEvent,
)
from feynman.i18n import engine_name, student_name
from feynman.observability.tracing import span, trace_id
from feynman.session import Conversation
from feynman.text.language import detect_language
from feynman.ui import markup
from feynman.ui.components import bubbles, failure, live, progress, watch
from feynman.ui.problem import Problem
from feynman.ui.services import container, fetch
from feynman.ui.state import BOX, put_back, tab, words

__all__ = ["show"]

# A rerun in the middle of a turn cancels it; that it was stopped is stored some milliseconds later.
_LOOKS: Final = 10
_LOOK_SECONDS: Final = 0.1


def show(learner: Learner, *, key: str) -> None:
    """Show the open session of ``learner`` and take the next turn."""
    conversation = _load(learner)
    place = None if conversation is None else _draw(conversation, key)
    state = tab()
    if state.problem is not None:
        failure.show(state.problem, key=f"{key}-problem")
        state.problem = None
    text = _box()
    if text is not None:
        _say(text, conversation, key)
    elif place is not None and conversation is not None:
        _again(conversation, place, learner, key)


def _load(learner: Learner) -> Conversation | None:
    state = tab()
    if state.session_id is None:
        return None
    try:
        conversation = _read(state.session_id, learner.id)
    except NotFound as error:
        state.leave_session()
        state.problem = Problem.of(error)
        st.query_params.clear()
        st.rerun()
    except FeynmanError as error:
        state.settle({})
        state.problem = Problem.of(error)
        return None
    state.settle({turn.id: turn for turn in conversation.turns})
    return conversation


def _read(session_id: str, learner_id: str) -> Conversation:
    for _attempt in range(_LOOKS):
        conversation = fetch(container().study.conversation(session_id, learner_id))
        if not _ending(conversation):
            break
        time.sleep(_LOOK_SECONDS)
    return conversation


def _ending(conversation: Conversation) -> bool:
    """Whether this tab's own turn was interrupted and is not yet stored as stopped."""
    pending = tab().pending
    return pending is not None and any(
        turn.id == pending.turn_id and turn.status == "started" for turn in conversation.turns
    )


def _draw(conversation: Conversation, key: str) -> DeltaGenerator | None:
    _ = words()
    with st.sidebar:
        progress.show(conversation, key=f"{key}-progress")
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}-head"):
        st.html(markup.plain(conversation.session.topic, "topic"))
        st.button(_("Another topic"), key="other_topic", on_click=_leave, icon=":material/swap_horiz:")
    st.html(markup.chip(engine_name(_engine(conversation), _.language), "engine"))
    watch.show(conversation.session, key=f"{key}-refresh")
    if not conversation.turns:
        name = student_name(_.language)
        st.caption(
            _("{name} knows nothing about this yet. Explain it as if to a friend, in your own words.", name=name)
        )
    return bubbles.show(conversation, key=f"{key}-again")


def _engine(conversation: Conversation) -> str:
    if conversation.turns:
        return conversation.turns[-1].engine
    return container().settings.chosen_engine


def _leave() -> None:
    tab().leave_session()
    st.query_params.clear()


def _box() -> str | None:
    state = tab()
    if state.returned is not None:
        put_back(state.returned)
        state.returned = None
    _ = words()
    # No max_chars: a paste that is longer would be cut without a word.
    return st.chat_input(_("Explain it in your own words"), key=BOX, submit_mode="stop")


def _say(text: str, conversation: Conversation | None, key: str) -> None:
    state = tab()
    if conversation is None:
        state.returned = text
        st.rerun()
    try:
        explanation = _explanation(
            conversation.session, text, detect_language(text, state.language), state.turn_id(text)
        )
    except InvalidInput as error:
        state.problem = Problem.of(error)
        state.returned = text
        st.rerun()
    state.pending = explanation
    bubbles.learner_bubble(explanation.text)
    _play(lambda: container().study.explain(explanation), explanation.text, explanation.turn_id, key)


def _explanation(session: Session, text: str, language: Language, turn_id: str) -> Explanation:
    return Explanation(
        topic=session.topic,
        text=text,
        language=language,
        learner_id=session.learner_id,
        session_id=session.id,
        turn_id=turn_id,
    )


def _again(conversation: Conversation, place: DeltaGenerator, learner: Learner, key: str) -> None:
    state = tab()
    turn = next(turn for turn in conversation.turns if turn.id == state.retrying)
    state.retrying = None
    state.pending = _explanation(conversation.session, turn.text, turn.language, turn.id)
    _ = words()
    with place:
        st.button(_("Stop"), key="stop_turn", icon=":material/stop:")
        _play(lambda: container().study.retry(turn.id, learner.id), turn.text, turn.id, key)


def _play(events: Callable[[], AsyncIterator[StudyEvent]], text: str, turn_id: str, key: str) -> None:
    with span("page.turn"):
        reference = trace_id()
        try:
            failed = live.show(events, text, turn_id, key=f"{key}-live")
        except FeynmanError as error:
            _note(Problem.of(error, reference=reference, turn_id=turn_id))
        else:
            if failed is not None:
                _note(Problem(code=failed.code, reference=reference, turn_id=turn_id))
    st.rerun()


def _note(problem: Problem) -> None:
    state = tab()
    state.problem = problem
    if problem.turn_id is not None and problem.reference is not None:
        state.traces[problem.turn_id] = problem.reference

"""The open conversation: what was said, what is being said, and the box to say more."""

import time
from collections.abc import AsyncIterator, Callable
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from feynman.domain import (
    MAX_EXPLANATION,
    Explanation,
    FeynmanError,
    InvalidInput,
    Language,
    Learner,
    NotFound,
    Session,
    StudyEvent,
    clean_text,
    visible_text,
)
from feynman.i18n import engine_name, plea, student_name
from feynman.observability.tracing import fail, span, trace_id
from feynman.session import Conversation
from feynman.text.language import detect_language
from feynman.ui import markup
from feynman.ui.components import bubbles, failure, live, progress, spending, watch
from feynman.ui.problem import Problem
from feynman.ui.services import container, fetch
from feynman.ui.state import BOX, put_back, tab, words

__all__ = ["show"]

# A rerun in the middle of a turn cancels it; that it was stopped is stored some milliseconds later.
_LOOKS: Final = 10
_LOOK_SECONDS: Final = 0.1


def show(learner: Learner, *, key: str) -> None:
    """Show the open session of ``learner`` and take the next turn."""
    text = _box()
    if text is None:
        text = _taken_plea()
    above, below = st.container(key=f"{key}-above"), st.container(key=f"{key}-below")
    # Empty while a turn runs: pressing it then would stop the turn.
    aside = st.empty()
    with below:
        # Before anything is read or drawn, so that the learner sees at once that the words have arrived.
        bubble = None if text is None or _refused(text) is not None else _begin(text, key)
    with above:
        conversation = _load(learner)
        if text is None and tab().returned is not None:
            st.rerun()  # the box is drawn already
        place = None if conversation is None else _draw(conversation, key)
        _show_problem(key)
    if text is not None:
        _say(text, conversation, bubble)
    elif place is not None and conversation is not None:
        _again(conversation, place, learner, key)
    elif conversation is not None:
        _help(conversation, aside)


def _begin(text: str, key: str) -> live.LiveBubble:
    bubbles.learner_bubble(clean_text(text))
    return live.begin(text, key=f"{key}-live")


def _show_problem(key: str) -> None:
    state = tab()
    if state.problem is not None:
        failure.show(state.problem, key=f"{key}-problem")
        state.problem = None


def _refused(text: str) -> InvalidInput | None:
    try:
        visible_text(text, MAX_EXPLANATION)
    except InvalidInput as error:
        return error
    return None


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
        spending.show(conversation.turns, key=f"{key}-spending")
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
    return container().engine


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


def _taken_plea() -> str | None:
    state = tab()
    text, state.plea = state.plea, None
    return text


def _help(conversation: Conversation, place: DeltaGenerator) -> None:
    """Offer help with the question that stands, if one does."""
    last = conversation.turns[-1] if conversation.turns else None
    if last is None or last.status != "completed" or last.question is None:
        return
    _ = words()
    place.button(
        _("I'm stuck"), "stuck", icon=":material/help:", type="tertiary", on_click=_plead, args=(last.language,)
    )


def _plead(language: Language) -> None:
    tab().plea = plea(language)


def _say(text: str, conversation: Conversation | None, bubble: live.LiveBubble | None) -> None:
    state = tab()
    if conversation is None or bubble is None:
        refused = _refused(text)
        if refused is not None:
            state.problem = Problem.of(refused)
        state.returned = text
        st.rerun()
    language = detect_language(text, state.language)
    explanation = _explanation(conversation.session, text, language, state.turn_id(text))
    state.pending = explanation
    _play(bubble, lambda: container().study.explain(explanation), explanation.turn_id)


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
        bubble = live.begin(turn.text, key=f"{key}-live")
    _play(bubble, lambda: container().study.retry(turn.id, learner.id), turn.id)


def _play(bubble: live.LiveBubble, events: Callable[[], AsyncIterator[StudyEvent]], turn_id: str) -> None:
    with span("page.turn"):
        reference = trace_id()
        try:
            failed = live.play(bubble, events, turn_id)
        except FeynmanError as error:
            fail(error.code)
            _note(Problem.of(error, reference=reference, turn_id=turn_id))
        else:
            if failed is not None:
                fail(failed.code)
                _note(Problem(code=failed.code, reference=reference, turn_id=turn_id))
    st.rerun()


def _note(problem: Problem) -> None:
    state = tab()
    state.problem = problem
    if problem.turn_id is not None and problem.reference is not None:
        state.traces[problem.turn_id] = problem.reference

"""The conversation so far."""

from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from feynman.domain import Gap, Question, Turn
from feynman.i18n import Translator, explain_error, help_step_name, student_name
from feynman.session import Conversation
from feynman.ui import badges, markup
from feynman.ui.markup import Markup
from feynman.ui.services import container
from feynman.ui.state import Tab, tab, words

__all__ = ["STUDENT_AVATAR", "learner_bubble", "show", "spoken", "student_bubble"]

STUDENT_AVATAR: Final = ":material/raven:"
_LEARNER_AVATAR: Final = ":material/person:"


def learner_bubble(text: str) -> None:
    """Show what the learner said."""
    learner = tab().learner
    nickname = "" if learner is None else learner.nickname
    with st.chat_message("user", avatar=_LEARNER_AVATAR):
        st.html(markup.joined(markup.named(nickname), markup.said(text)))


def student_bubble() -> DeltaGenerator:
    """Return the student's empty bubble."""
    bubble = st.chat_message("assistant", avatar=STUDENT_AVATAR)
    bubble.html(markup.named(student_name(tab().language)))
    return bubble


def spoken(reply: str, question: Question | None, _: Translator) -> Markup:
    """The student's words; a question that is help says which step of the ladder it is."""
    if question is None:
        return markup.reply(reply)
    step = None if question.help is None else help_step_name(question.help, _.language)
    return markup.reply(reply, question.text, help_=step)


def show(conversation: Conversation, *, key: str) -> DeltaGenerator | None:
    """Show every turn; return the place for the answer of the turn that is being done again."""
    state = tab()
    gaps = {gap.id: gap for gap in conversation.gaps}
    place = None
    for turn in conversation.turns:
        learner_bubble(turn.text)
        if turn.id == state.retrying:
            place = st.container(key=key)
        else:
            _answer(turn, gaps, state, last=turn is conversation.turns[-1])
    return place


def _answer(turn: Turn, gaps: dict[str, Gap], state: Tab, *, last: bool) -> None:
    _ = words()
    notices = (markup.noticed(notice, _.language) for notice in turn.notices)
    pieces = [*notices, _found(turn, gaps, _, last=last), *_closed(turn, gaps, _)]
    if turn.reply:
        pieces.append(spoken(turn.reply, turn.question, _))
    if turn.id in state.kept:
        pieces.append(markup.chip(_("Kept in memory"), "kept"))
    pieces += badges.of_turn(turn, container().settings.currency, _)
    with student_bubble():
        if any(map(str, pieces)):
            st.html(markup.joined(*pieces))
        if turn.status != "completed":
            _unfinished(turn, _, state.traces.get(turn.id))


def _found(turn: Turn, gaps: dict[str, Gap], _: Translator, *, last: bool) -> Markup:
    if not turn.found:
        return Markup("")
    known = [gaps.get(gap.id, gap) for gap in turn.found]
    cards = markup.gap_cards(known, {turn.id: turn.text}, _)
    title = _.ngettext("{count} thing noticed", "{count} things noticed", len(known))
    return markup.folded(title, cards, unfolded=last)


def _closed(turn: Turn, gaps: dict[str, Gap], _: Translator) -> list[Markup]:
    return [markup.resolved(gaps[gap_id], _) for gap_id in turn.resolved if gap_id in gaps]


def _unfinished(turn: Turn, _: Translator, reference: str | None) -> None:
    if turn.status == "failed":
        st.warning(explain_error(turn.error or "internal", _.language), icon=":material/error:")
    elif turn.status == "stopped":
        st.info(_("This turn was stopped. Your words are kept."), icon=":material/stop_circle:")
    else:
        st.info(_("This turn isn't finished; perhaps it is running in another tab."), icon=":material/hourglass:")
    if reference is not None:
        st.caption(_("Number for the logs: {reference}", reference=reference))
    st.button(
        _("Try this turn again"),
        key=f"retry-{turn.id}",
        icon=":material/refresh:",
        on_click=_retry,
        args=(turn.id,),
    )


def _retry(turn_id: str) -> None:
    tab().retrying = turn_id

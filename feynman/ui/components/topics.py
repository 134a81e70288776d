"""The choice of a topic: a starter topic, one of the learner's own, or an earlier conversation."""

from itertools import groupby

import streamlit as st

from feynman.domain import FeynmanError, Learner, Session, topic_text
from feynman.i18n import student_name, subject_name
from feynman.references import Topic
from feynman.ui import markup
from feynman.ui.components import failure, notes
from feynman.ui.problem import Problem
from feynman.ui.services import container, fetch
from feynman.ui.state import tab, words

__all__ = ["matching", "show"]


def show(learner: Learner, *, key: str) -> None:
    """Let the learner choose what to teach; the chosen session becomes the open one."""
    _ = words()
    state = tab()
    if state.problem is not None:
        failure.show(state.problem, key=f"{key}-problem")
        state.problem = None
    st.subheader(_("What do you want to teach {name}?", name=student_name(_.language)), anchor=False)
    wanted, state.wanted = state.wanted, None
    wanted = wanted or _own()
    notes.show(learner, key=f"{key}-notes")
    wanted = wanted or _starter(key)
    if wanted is not None:
        _start(learner, wanted, key)
    _earlier(fetch(container().study.sessions(learner.id)), key)


def matching(topics: list[Topic], words_: str) -> list[Topic]:
    """Return the topics whose title or another name contains ``words_``, whatever its case."""
    sought = words_.strip().casefold()
    return [topic for topic in topics if any(sought in name.casefold() for name in (topic.title, *topic.aliases))]


def _own() -> str | None:
    _ = words()
    example = _("For example: how a bicycle stays upright")
    text = st.text_input(_("A topic of your own"), key="own_topic", placeholder=example)
    return text if st.button(_("Teach this"), key="own_topic_start", type="primary") else None


def _starter(key: str) -> str | None:
    _ = words()
    st.subheader(_("Or one of these"), anchor=False)
    all_topics = container().study.topics(_.language)
    subjects = list(dict.fromkeys(topic.subject for topic in all_topics))
    sought = st.text_input(
        _("Find a topic"),
        key="topic_filter",
        icon=":material/search:",
        label_visibility="collapsed",
        placeholder=_("Find a topic"),
    )
    subject = st.pills(
        _("Subject"),
        subjects,
        format_func=lambda subject: subject_name(subject, _.language),
        key="topic_subject",
        label_visibility="collapsed",
    )
    shown = [topic for topic in matching(all_topics, sought) if subject in (None, topic.subject)]
    if not shown:
        st.caption(_("No topic of this name is here. You can teach it as a topic of your own."))
    return _cards(shown, key)


def _cards(shown: list[Topic], key: str) -> str | None:
    chosen = None
    for subject, group in groupby(shown, key=lambda topic: topic.subject):
        st.caption(subject_name(subject, tab().language))
        with st.container(horizontal=True, key=f"{key}-{subject}"):
            for topic in group:
                if st.button(topic.title, key=f"topic-{topic.id}"):
                    chosen = topic.title
    return chosen


def _start(learner: Learner, topic: str, key: str) -> None:
    state = tab()
    try:
        session = fetch(container().study.start(learner.id, topic_text(topic), state.language))
    except FeynmanError as error:
        failure.show(Problem.of(error), key=f"{key}-refused")
        return
    state.open_session(session.id)
    st.rerun()


def _earlier(sessions: list[Session], key: str) -> None:
    _ = words()
    if not sessions:
        return
    st.subheader(_("Continue"), anchor=False)
    for session in sessions:
        with st.container(horizontal=True, vertical_alignment="center", key=f"{key}-earlier-{session.id}"):
            st.html(markup.joined(markup.plain(session.topic), markup.named(_.format_relative(session.updated_at))))
            if st.button(_("Continue"), key=f"continue-{session.id}"):
                tab().open_session(session.id)
                st.rerun()

"""All starter topics with their key points."""

from itertools import groupby

import streamlit as st

from feynman.i18n import Translator, subject_name
from feynman.references import Topic
from feynman.ui import markup
from feynman.ui.navigation import pages
from feynman.ui.services import container
from feynman.ui.state import tab, words

__all__ = ["show"]


def show(*, key: str) -> None:
    """Show the topics by subject; each can be taught at once."""
    _ = words()
    st.caption(_("Reading the key points first spoils the lesson: explain the topic before you look."))
    topics = container().study.topics(_.language)
    for subject, group in groupby(topics, key=lambda topic: topic.subject):
        st.subheader(subject_name(subject, _.language), anchor=False)
        for topic in group:
            _topic(topic, _, key)


def _topic(topic: Topic, _: Translator, key: str) -> None:
    with st.container(border=True, key=f"{key}-topic-{topic.id}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.html(markup.plain(topic.title, "topic"), width="content")
            if st.button(_("Teach this"), key=f"teach-{topic.id}", icon=":material/forum:"):
                _teach(topic, _)
        with st.expander(
            _("Key points (spoils the lesson)"), key=f"{key}-points-{topic.id}", icon=":material/warning:"
        ):
            for point in topic.reference.points:
                st.html(markup.plain(f"• {point.text}", "point"))


def _teach(topic: Topic, _: Translator) -> None:
    state = tab()
    state.leave_session()
    state.wanted = topic.title
    st.switch_page(pages(_)["learn"])

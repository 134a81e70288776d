"""What is kept of the learner's lessons."""

import streamlit as st

from feynman.domain import FeynmanError, Memory
from feynman.i18n import Translator, memory_kind_name, student_name
from feynman.ui import markup
from feynman.ui.components import failure, identity
from feynman.ui.problem import Problem
from feynman.ui.services import container, fetch
from feynman.ui.state import tab, words

__all__ = ["show"]


def show(*, key: str) -> None:
    """Show, search and delete the learner's memories."""
    learner = tab().learner
    if learner is None:
        identity.welcome(key=f"{key}-welcome")
        return
    _ = words()
    query = st.text_input(
        _("Search in what you taught"),
        key="memory_query",
        icon=":material/search:",
        placeholder=_("A word, a question, an idea"),
    )
    try:
        found = fetch(container().study.memories(learner.id, query.strip()))
    except FeynmanError as error:
        failure.show(Problem.of(error), key=f"{key}-problem")
        return
    if found:
        for memory in found:
            _card(memory, _, key)
    else:
        _nothing(query, _)


def _nothing(query: str, _: Translator) -> None:
    if query.strip():
        st.info(_("Nothing that you taught is close to this."), icon=":material/search_off:")
        return
    st.info(
        _(
            "Nothing is kept yet. After you have taught {name} something, a summary and the mix-ups appear here.",
            name=student_name(_.language),
        ),
        icon=":material/psychology:",
    )


def _card(memory: Memory, _: Translator, key: str) -> None:
    with st.container(border=True, key=f"{key}-card-{memory.id}"):
        facts = [memory_kind_name(memory.kind, _.language), _.format_datetime(memory.updated_at)]
        if memory.similarity is not None:
            facts.append(_("similarity {share}", share=_.format_percent(memory.similarity)))
        st.html(markup.joined(markup.plain(memory.topic, "topic"), markup.named(" · ".join(facts))))
        first, more = _preview(memory.text)
        st.html(markup.plain(first, "memory"))
        if more:
            with st.expander(_("Read all of it"), key=f"{key}-all-{memory.id}"):
                st.html(markup.plain(memory.text, "memory"))
        _delete(memory, _, key)


def _preview(text: str, length: int = 240) -> tuple[str, bool]:
    return (text, False) if len(text) <= length else (text[:length].rstrip() + "…", True)


def _delete(memory: Memory, _: Translator, key: str) -> None:
    with st.popover(_("Delete"), icon=":material/delete:", type="tertiary", key=f"{key}-delete-{memory.id}"):
        st.caption(_("This can't be undone."))
        st.button(_("Delete it"), key=f"forget-{memory.id}", type="primary", on_click=_forget, args=(memory, key))


def _forget(memory: Memory, key: str) -> None:
    try:
        fetch(container().study.forget(memory.id, memory.learner_id))
    except FeynmanError as error:
        failure.show(Problem.of(error), key=f"{key}-not-deleted")

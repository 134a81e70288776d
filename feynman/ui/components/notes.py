"""A lesson on material of one's own: key points or a text, looked through before it begins."""

import re
from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from feynman.domain import (
    MAX_EXPLANATION,
    FeynmanError,
    Learner,
    Notice,
    Reference,
    TextTooLong,
    topic_text,
    visible_text,
)
from feynman.i18n import explain_notice, student_name
from feynman.references import FILE_KINDS, MAX_TEXT, from_points, text_of
from feynman.ui import markup
from feynman.ui.components import failure
from feynman.ui.problem import Problem
from feynman.ui.services import container, fetch
from feynman.ui.state import tab, words

__all__ = ["show"]

_MOST_POINTS: Final = 50  # as the API takes; what is shown is what counts
_ROW: Final = (5, 1)
_KINDS: Final = ("points", "text")
_BULLET: Final = re.compile(r"^\s*(?:[-*•·]\s+|\d{1,2}[.)、]\s*(?!\d))")


def show(learner: Learner, *, key: str) -> None:
    """Let the learner give material and begin a session with it."""
    _ = words()
    opened = tab().draft is not None
    with st.expander(_("Teach from your own notes"), key=key, icon=":material/description:", expanded=opened):
        topic = st.text_input(_("Topic"), key="notes_topic", placeholder=_("What the notes are about"))
        given = _given()
        if st.button(_("Show the key points"), key="notes_find", type="secondary" if opened else "primary"):
            _find(topic, given, key)
        if tab().draft is not None:
            _look_through(learner, topic, key)


def _given() -> tuple[str, str | UploadedFile | None]:
    """What kind of material it is, and the lines, the pasted text or the file."""
    _ = words()
    names = {"points": _("Key points, one a line"), "text": _("A text or a file")}
    kind = st.radio(
        _("What you have"), _KINDS, key="notes_kind", format_func=names.__getitem__, horizontal=True, index=0
    )
    if kind == "points":
        example = _("Bread dough rises because yeast makes gas.\nHeat kills the yeast.")
        return kind, st.text_area(names["points"], key="notes_points", placeholder=example, height=140)
    text = st.text_area(_("Paste a text"), key="notes_text", height=180)
    return kind, text if text.strip() else _file()


def _file() -> UploadedFile | None:
    _ = words()
    # Streamlit's own button speaks English only; the style sheet shows this in place of its words.
    st.html(markup.spoken_by_style("choose", _("Choose a file")))
    label = _("or choose a file: .txt, .md or .pdf")
    return st.file_uploader(label, type=list(FILE_KINDS), key="notes_file")


def _find(topic: str, given: tuple[str, str | UploadedFile | None], key: str) -> None:
    try:
        tab().draft = _read(topic_text(topic), *given)
    except FeynmanError as error:
        tab().draft = None
        failure.show(Problem.of(error), key=f"{key}-refused")


def _read(topic: str, kind: str, given: str | UploadedFile | None) -> Reference:
    text = text_of(given.name, given.getvalue()) if isinstance(given, UploadedFile) else given or ""
    if kind == "points":
        lines = [_BULLET.sub("", line) for line in text.splitlines() if line.strip()]
        length = sum(map(len, lines))
        if length > MAX_EXPLANATION:
            raise TextTooLong(length, MAX_EXPLANATION)
        return from_points(topic, lines[:_MOST_POINTS])
    return fetch(container().study.read_text(topic, visible_text(text, MAX_TEXT), tab().language))


def _look_through(learner: Learner, topic: str, key: str) -> None:
    """The points found, each with a way to leave it out, and the start."""
    _ = words()
    reference = tab().draft
    if reference is None:
        return
    if reference.points:
        name = student_name(_.language)
        st.caption(_("Your explanation will be checked against these points; {name} doesn't know them.", name=name))
    else:
        st.info(explain_notice(Notice(code="no_points_found"), _.language), icon=":material/info:")
    for index, point in enumerate(reference.points):
        text, button = st.columns(_ROW, vertical_alignment="center")
        text.html(markup.plain(point.text, "point"))
        button.button(
            _("Leave out"),
            key=f"notes_drop_{index}",
            type="tertiary",
            icon=":material/close:",
            on_click=_drop,
            args=(index,),
        )
    if st.button(_("Teach this"), key="notes_start", type="primary"):
        _start(learner, topic, reference, key)


def _drop(index: int) -> None:
    reference = tab().draft
    if reference is not None and index < len(reference.points):
        left = (*reference.points[:index], *reference.points[index + 1 :])
        tab().draft = reference.model_copy(update={"points": left})


def _start(learner: Learner, topic: str, reference: Reference, key: str) -> None:
    state = tab()
    try:
        named = topic_text(topic)
        own = reference.model_copy(update={"topic": named})
        session = fetch(container().study.start(learner.id, named, state.language, reference=own))
    except FeynmanError as error:
        failure.show(Problem.of(error), key=f"{key}-not-begun")
        return
    state.open_session(session.id)
    st.rerun()

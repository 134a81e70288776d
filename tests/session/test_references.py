"""Sessions on material of one's own."""

import pytest

from feynman.domain import NotFound, TextTooLong
from feynman.references import MAX_TEXT
from tests.session.conftest import Desk

TEXT = "# Ships\n\nA ship floats because it pushes aside as much water as it weighs.\n\nFor example, mine floats."


async def test_a_text_becomes_a_sessions_reference(desk: Desk) -> None:
    """Its claims are stored with their places in it, and are what the student is given."""
    read = await desk.study.read_text("Ships", TEXT, "en")
    session = await desk.study.start(desk.learner_id, "Ships", "en", session_id="own", reference=read)
    stored = await desk.study.reference(session.id, desk.learner_id)
    assert stored == read
    (point,) = stored.points
    assert TEXT[point.start : point.end] == point.text
    with pytest.raises(NotFound):
        await desk.study.reference(session.id, "somebody else")


async def test_a_book_is_refused(desk: Desk) -> None:
    """A text beyond the limit is too long."""
    with pytest.raises(TextTooLong):
        await desk.study.read_text("Ships", "x" * (MAX_TEXT + 1), "en")

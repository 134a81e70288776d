"""The model's student keeps to what every student keeps to, alone and with the built-in one behind it."""

import pytest

from feynman.engines.builtin import BuiltinStudent
from feynman.engines.fallback import FallbackStudent
from feynman.engines.student import Student
from feynman.references import Library
from feynman.text.embedding import Embedder
from tests.engines.conftest import Talk
from tests.engines.llm.conftest import Make, answers
from tests.engines.llm.server import Refuse, Server, verdict_of
from tests.engines.test_contract import (
    test_abandoning_it_half_way_is_clean,
    test_coverage_has_one_entry_per_point_in_order,
    test_only_open_gaps_are_closed_and_asked_about,
    test_quotes_are_verbatim,
)

__all__ = [
    "test_abandoning_it_half_way_is_clean",
    "test_coverage_has_one_entry_per_point_in_order",
    "test_only_open_gaps_are_closed_and_asked_about",
    "test_quotes_are_verbatim",
]

GAP = {
    "kind": "mechanism_gap",
    "quote": "Plants somehow eat",
    "reason": "How is open.",
    "confidence": 0.9,
    "severity": 2,
}
CAUGHT = "Chlorophyll in the leaves catches the energy of sunlight"
VERDICT = verdict_of(
    points=[{"point": 1, "status": "covered", "quote": CAUGHT}],
    gaps=[GAP],
    resolved=[{"gap": f"g{number}", "quote": "Roots drink water and it climbs"} for number in (1, 2)],
)


@pytest.fixture(params=["model", "with fallback", "down"])
def talk(request: pytest.FixtureRequest, make: Make, server: Server, embedder: Embedder, library: Library) -> Talk:
    """A session about photosynthesis with a model that works, alone or not, and with one that is down."""
    topic = library.get("photosynthesis", "en")
    assert topic is not None
    server.script = (lambda _: Refuse(503)) if request.param == "down" else answers(VERDICT, "Hm. What makes it so?")
    model = make()
    student: Student = model if request.param == "model" else FallbackStudent(model, BuiltinStudent(embedder))
    return Talk(student, topic.reference)


async def test_a_reply_asks_one_question_at_most(talk: Talk) -> None:
    """The question ends the reply and is part of it; nothing comes after it."""
    for text in ("Plants somehow eat with their roots.", "I don't know.", "🙂", "My textbook says so."):
        await talk.say(text)
        assert talk.question is not None
        assert talk.pieces[-1] == talk.question
        assert talk.reply.endswith(talk.question.text)
        assert talk.reply.count("?") == 1


async def test_a_student_has_a_name_and_warms_up(talk: Talk) -> None:
    """The API reports it."""
    talk.student.warm()
    assert talk.student.name == "openai"

"""Learners, sessions, topics and memories through the one door."""

import asyncio

import pytest

from feynman.domain import Coverage, GapKind, NotFound, TurnCompleted
from feynman.engines.scripted import Script
from feynman.references import from_points
from tests.session.conftest import Desk
from tests.session.test_turns import SCRIPT


async def consolidated(desk: Desk) -> None:
    """Wait until no job is pending."""
    desk.consolidator.start()
    async with asyncio.timeout(10):
        while await desk.records.jobs.pending():
            await asyncio.sleep(0.02)


async def test_a_learner_is_found_by_id(desk: Desk) -> None:
    """Nicknames repeat, ids do not; the liked language is remembered."""
    other = await desk.study.join("Ada", "zh")
    assert other.id != desk.learner_id
    await desk.study.speak(other.id, "en")
    found = await desk.study.learner(other.id)
    assert found is not None
    assert found.language == "en"
    assert await desk.study.learner("nobody") is None


async def test_a_topic_of_the_library_brings_its_points(desk: Desk) -> None:
    """A session on a known topic, under any of its names, is checked against the library in its language."""
    session = await desk.study.start(desk.learner_id, "浮力", "zh")
    reference = (await desk.study.conversation(session.id, desk.learner_id)).reference
    assert (session.topic_id, reference.source) == ("buoyancy", "library")
    assert "浮力" in reference.points[0].text


async def test_an_unknown_topic_has_no_reference(desk: Desk) -> None:
    """Where the library has nothing the reference is empty and says so."""
    reference = (await desk.study.conversation(desk.session_id, desk.learner_id)).reference
    assert (reference.source, reference.points) == ("none", ())


async def test_a_given_reference_wins(desk: Desk) -> None:
    """Key points of one's own replace the library's, and a session id chosen by the caller is kept."""
    own = from_points("Buoyancy", ["Boats float."])
    session = await desk.study.start(desk.learner_id, "Buoyancy", "en", session_id="mine", reference=own)
    assert session.id == "mine"
    again = await desk.study.start(desk.learner_id, "Buoyancy", "en", session_id="mine")
    assert again == session
    assert (await desk.study.conversation("mine", desk.learner_id)).reference == own
    other = await desk.study.join("Bob", "en")
    with pytest.raises(NotFound):
        await desk.study.start(other.id, "Buoyancy", "en", session_id="mine")


async def test_another_reference_replaces_the_first(desk: Desk) -> None:
    """A reference brought along is used from that turn on, and gaps of points that are gone no longer count."""
    gap = SCRIPT.findings[0].model_copy(
        update={"kind": GapKind.MISSING_POINT, "point_index": 0, "point": "Boats float.", "quote": None}
        | {"start": None, "end": None}
    )
    desk.script([Script(findings=(gap,)), Script()])
    boats, steel = from_points("Ships", ["Boats float."]), from_points("Ships", ["Steel sinks."])
    for number, reference in enumerate((boats, None, steel)):
        explanation = desk.explanation(turn_id=f"turn-{number}")
        _ = [event async for event in desk.study.explain(explanation, reference=reference)]
        lesson = desk.student.lessons[-1]
        assert lesson.reference == (steel if number == 2 else boats)
        kept = ["Boats float."] if number == 1 else []
        assert [each.point for each in lesson.open_gaps] == kept
        assert [each.point for turn in lesson.earlier for each in turn.coverage] == kept


async def test_each_turn_is_checked_against_the_reference_it_brought(desk: Desk) -> None:
    """Turns of one session sent at once, each with key points of its own, each get the coverage of their own."""
    desk.script([Script()])

    async def points(number: int) -> list[str]:
        reference = from_points("Ships", [f"Point {number} of this turn."])
        explanation = desk.explanation(f"Text {number}.", f"turn-{number}")
        events = [event async for event in desk.study.explain(explanation, reference=reference)]
        completed = events[-1]
        assert isinstance(completed, TurnCompleted)
        return [each.point for each in completed.coverage]

    found = await asyncio.gather(*(points(number) for number in range(8)))
    assert found == [[f"Point {number} of this turn."] for number in range(8)]


async def test_topics_are_listed_and_found(desk: Desk) -> None:
    """The library's topics come in each language; an unknown id is NotFound."""
    assert {topic.id for topic in desk.study.topics("en")} == {topic.id for topic in desk.study.topics("zh")}
    assert desk.study.topic("buoyancy", "zh").title == "浮力"
    with pytest.raises(NotFound):
        desk.study.topic("alchemy", "en")


async def test_sessions_are_listed_newest_first(desk: Desk) -> None:
    """The session worked on last is on top."""
    second = await desk.study.start(desk.learner_id, "Tea", "en")
    assert (await desk.study.sessions(desk.learner_id))[0].id == second.id
    desk.script([Script()])
    await desk.say()
    assert (await desk.study.sessions(desk.learner_id))[0].id == desk.session_id


async def test_what_was_taught_is_recalled_in_the_next_session_only_for_its_learner(desk: Desk) -> None:
    """A turn becomes a memory; the next session on the topic recalls it, another learner's does not."""
    desk.script([SCRIPT])
    await desk.say()
    await consolidated(desk)
    (memory,) = await desk.study.memories(desk.learner_id)
    assert "Water lifts a ship" in memory.text
    assert (memory.topic, memory.session_id, memory.turn_ids) == ("Ships", desk.session_id, ("turn-1",))
    assert [each.id for each in await desk.study.memories(desk.learner_id, "ships and water")] == [memory.id]

    other = await desk.study.join("Bob", "en")
    for learner_id, turn_id, recalled in ((desk.learner_id, "next", [memory.id]), (other.id, "theirs", [])):
        session = await desk.study.start(learner_id, "Ships", "en")
        explanation = desk.explanation("A ship floats on water.", turn_id).model_copy(
            update={"learner_id": learner_id, "session_id": session.id}
        )
        _ = [event async for event in desk.study.explain(explanation)]
        assert [each.id for each in desk.student.lessons[-1].recalled] == recalled
    assert await desk.study.memories(other.id, "ships") == []


async def test_recall_happens_in_the_first_turn_only(desk: Desk) -> None:
    """Later turns of a session recall nothing."""
    desk.script([SCRIPT, Script()])
    await desk.say()
    await consolidated(desk)
    await desk.say("More of it.", "turn-2")
    assert desk.student.lessons[-1].recalled == ()


async def test_a_memory_can_be_forgotten_by_its_learner(desk: Desk) -> None:
    """Forgetting deletes it for good; another learner can't."""
    desk.script([SCRIPT])
    await desk.say()
    await consolidated(desk)
    (memory,) = await desk.study.memories(desk.learner_id)
    assert not await desk.study.forget(memory.id, "somebody else")
    assert await desk.study.forget(memory.id, desk.learner_id)
    assert await desk.study.memories(desk.learner_id) == []
    assert not await desk.study.forget(memory.id, desk.learner_id)


async def test_a_lesson_goes_on_in_another_language(desk: Desk) -> None:
    """A library topic is checked in the language of the turn; what was covered, missing and asked before stays."""
    english, chinese = (desk.study.topic("buoyancy", language).reference for language in ("en", "zh"))
    session = await desk.study.start(desk.learner_id, "Buoyancy", "en")
    wrong = english.misconceptions[0]
    text = "Heavy things sink."
    error = SCRIPT.findings[0].model_copy(
        update={"kind": GapKind.FACTUAL_ERROR, "quote": text, "start": 0, "end": len(text), "point_index": wrong.point}
        | {"point": english.points[wrong.point].text, "detail": wrong.question}
    )
    covered = Coverage(index=0, point=english.points[0].text, status="covered", score=0.9, quote=text)
    desk.script([Script(findings=(covered, error)), Script()])
    for turn_id, said, language in (("t1", text, "en"), ("t2", "水会把东西往上托。", "zh")):
        explanation = desk.explanation(said, turn_id).model_copy(
            update={"session_id": session.id, "language": language}
        )
        _ = [event async for event in desk.study.explain(explanation)]
    lesson = desk.student.lessons[-1]
    assert lesson.reference == chinese
    assert lesson.earlier[0].coverage[0].point == chinese.points[0].text
    assert lesson.earlier[0].coverage[0].status == "covered"
    (gap,) = lesson.open_gaps
    assert (gap.point, gap.detail) == (chinese.points[wrong.point].text, chinese.misconceptions[0].question)

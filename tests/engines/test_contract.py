"""What every student keeps to, whoever it is."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from feynman.domain import Belief, Coverage, Gap, GapKind, Question, Reference
from feynman.engines.builtin import BuiltinStudent
from feynman.engines.scripted import Script, ScriptedStudent
from feynman.engines.student import Analysis, Lesson, Resolution, Student
from feynman.references import Library
from feynman.text.embedding import Embedder
from feynman.workflow.single_question import until_question
from tests.engines.conftest import Talk

TEXT = "Plants somehow eat with their roots. Chlorophyll in the leaves catches the energy of sunlight."
TEXTS = (
    TEXT,
    "I don't know.",
    "Roots drink water and it climbs to the leaves.",
    "🙂",
    "My textbook says so.",
    "a " * 5_000,
)


def scripted(reference: Reference) -> ScriptedStudent:
    """A scripted student that finds one of each and asks."""
    at = TEXT.index("somehow")
    gap = Gap(
        id="gap-1",
        kind=GapKind.MECHANISM_GAP,
        turn_id="turn-1",
        quote="somehow",
        start=at,
        end=at + 7,
        reason="How is left open.",
        confidence=0.8,
        severity=2,
    )
    coverage = [
        Coverage(index=at, point=point.text, status="missing", score=0.1) for at, point in enumerate(reference.points)
    ]
    belief = Belief(id="belief-1", turn_id="turn-1", quote=TEXT[:6], start=0, end=6)
    question = Question(text="How do they do that?", gap_id="gap-1", depth="deep")
    first = Script(findings=(*coverage, gap, belief), reply=("Hm. ", "How do they do that?", question))
    later = Script(findings=(*coverage, Resolution(gap_id="gap-1")), reply=("I see.",))
    return ScriptedStudent([first, later])


@pytest.fixture(params=["builtin", "scripted"])
def talk(request: pytest.FixtureRequest, embedder: Embedder, library: Library) -> Talk:
    """A session about photosynthesis with each student."""
    topic = library.get("photosynthesis", "en")
    assert topic is not None
    students: dict[str, Student] = {
        "builtin": BuiltinStudent(embedder),
        "scripted": scripted(topic.reference),
    }
    return Talk(students[request.param], topic.reference)


async def test_coverage_has_one_entry_per_point_in_order(talk: Talk) -> None:
    """Every turn tells where every key point stands."""
    for text in TEXTS:
        lesson = talk.lesson(text)
        found = [finding async for finding in talk.student.examine(lesson) if isinstance(finding, Coverage)]
        if found:
            assert [entry.index for entry in found] == list(range(len(talk.reference.points)))
        await talk.say(text)


async def test_quotes_are_verbatim(talk: Talk) -> None:
    """What a gap or a belief quotes stands in the text at its offsets."""
    for text in TEXTS:
        async for finding in talk.student.examine(talk.lesson(text)):
            if isinstance(finding, Gap | Belief) and finding.quote is not None and finding.turn_id == "turn-1":
                assert text[finding.start : finding.end] == finding.quote


async def test_a_reply_asks_one_question_at_most(talk: Talk) -> None:
    """The question ends the reply; its text is in it; nothing comes after it, and no second one is asked."""
    for text in TEXTS:
        await talk.say(text)
        questions = [piece for piece in talk.pieces if isinstance(piece, Question)]
        assert len(questions) <= 1
        assert all(talk.reply.endswith(question.text) for question in questions)
        assert not questions or isinstance(talk.pieces[-1], Question)
        assert talk.reply.strip()


async def test_nothing_is_cut_off_after_the_question(talk: Talk) -> None:
    """The workflow's rule that a reply ends with its first question mark changes nothing."""
    await talk.say(TEXT)
    lesson = talk.lesson(TEXT)
    kept = [piece async for piece in until_question(talk.student.reply(lesson, talk.analysis))]
    again = [piece async for piece in talk.student.reply(lesson, talk.analysis)]
    assert kept == again


async def test_only_open_gaps_are_closed_and_asked_about(talk: Talk) -> None:
    """Resolutions and questions name gaps that are open."""
    for text in TEXTS:
        lesson = talk.lesson(text)
        open_ids = {gap.id for gap in lesson.open_gaps}
        await talk.say(text)
        assert {gap.id for gap in talk.analysis.resolved} <= open_ids
        if talk.question is not None:
            assert talk.question.gap_id in talk.gaps


async def test_abandoning_it_half_way_is_clean(talk: Talk) -> None:
    """Closing either stream after its first item raises nothing."""
    lesson = talk.lesson(TEXT)
    findings = talk.student.examine(lesson)
    await anext(aiter(findings))
    assert isinstance(findings, AsyncGenerator)
    await findings.aclose()
    pieces = talk.student.reply(lesson, Analysis())
    await anext(aiter(pieces))
    assert isinstance(pieces, AsyncGenerator)
    await pieces.aclose()


async def test_a_student_has_a_name(talk: Talk) -> None:
    """The API reports it."""
    assert talk.student.name in ("builtin", "scripted")


def lesson_of(talk: Talk) -> Lesson:
    """Some lesson."""
    return talk.lesson(TEXT)


async def test_the_scripted_student_holds_until_told(library: Library) -> None:
    """It waits before the first finding and between the pieces of its reply."""
    topic = library.get("photosynthesis", "en")
    assert topic is not None
    examine, reply = asyncio.Event(), asyncio.Event()
    coverage = Coverage(index=0, point="", status="covered", score=1.0)
    student = ScriptedStudent([Script((coverage,), ("One ", "two."), examine, reply)])
    lesson = lesson_of(Talk(student, topic.reference))
    findings = student.examine(lesson)
    first = asyncio.ensure_future(anext(aiter(findings)))
    await asyncio.sleep(0)
    assert not first.done()
    assert student.lessons == [lesson]
    examine.set()
    assert await first == coverage
    pieces = student.reply(lesson, Analysis())
    assert await anext(aiter(pieces)) == "One "
    second = asyncio.ensure_future(anext(aiter(pieces)))
    await asyncio.sleep(0)
    assert not second.done()
    reply.set()
    assert await second == "two."


async def test_the_scripted_student_fails_as_told(library: Library) -> None:
    """Errors come after everything that was to be found or said; beyond its scripts it just says okay."""
    topic = library.get("photosynthesis", "en")
    assert topic is not None
    student = ScriptedStudent([Script(error=ValueError("examine")), Script(reply_error=ValueError("reply"))])
    talk = Talk(student, topic.reference)
    with pytest.raises(ValueError, match="examine"):
        await talk.say(TEXT)
    with pytest.raises(ValueError, match="reply"):
        await talk.say(TEXT)
    assert (await talk.say(TEXT)).reply == "Okay."

"""A student with another behind it."""

from typing import Any

import pytest

from feynman.domain import (
    Coverage,
    EngineError,
    FeynmanError,
    Gap,
    GapKind,
    ModelAnswerUnusable,
    ModelTimedOut,
    ModelUnreachable,
    Question,
    Usage,
)
from feynman.engines.fallback import FallbackStudent
from feynman.engines.scripted import Script, ScriptedStudent
from feynman.engines.student import Analysis, Degradation, Lesson, Student, ToolUse
from feynman.resilience import CircuitOpen, Overloaded
from tests.engines.llm.conftest import lesson

COVERED = Coverage(index=0, point="p", status="covered", score=1.0)
MISSING = Coverage(index=0, point="p", status="missing", score=0.0)
USE = ToolUse(call_id="c", tool="calculate", state="started")
WHY = Question(text="But why?", gap_id="g", depth="deep")
FAILURES = (ModelUnreachable("x"), ModelAnswerUnusable("x"), CircuitOpen("model", 1.0), Overloaded(1))


def pair(first: Script, second: Script | None = None) -> FallbackStudent:
    """The primary plays one, the fallback the other."""
    behind = Script(findings=(MISSING,), reply=("Hm. ", WHY.text, WHY))
    return FallbackStudent(ScriptedStudent([first]), ScriptedStudent([behind if second is None else second]))


async def told(student: Student, given: Lesson | None = None) -> tuple[list[Any], list[Any]]:
    """What both halves of a turn yield."""
    text = lesson("Plants grow.") if given is None else given
    return (
        [finding async for finding in student.examine(text)],
        [piece async for piece in student.reply(text, Analysis())],
    )


async def test_a_primary_that_works_is_passed_on() -> None:
    """Asides first, as they come; findings and the reply as they are."""
    findings, pieces = await told(pair(Script(findings=(COVERED, USE), reply=("Hm.", WHY))))
    assert findings == [USE, COVERED]
    assert pieces == ["Hm.", WHY]


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: error.code)
async def test_a_half_done_examination_is_done_anew(error: FeynmanError) -> None:
    """The primary's findings are thrown away, what it told of its work is not, and the turn says why."""
    findings, _ = await told(pair(Script(findings=(COVERED, USE), error=error)))
    assert findings == [USE, Degradation(code=error.code), MISSING]


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: error.code)
async def test_a_reply_that_never_began_is_the_fallbacks(error: FeynmanError) -> None:
    """All of it."""
    student = FallbackStudent(
        ScriptedStudent([Script(reply=(), reply_error=error)]), ScriptedStudent([Script(reply=("Hm. ", WHY.text, WHY))])
    )
    given = lesson("Plants grow.")
    for part in (student._primary, student._fallback):
        assert [finding async for finding in part.examine(given)] == []
    pieces = [piece async for piece in student.reply(given, Analysis())]
    assert pieces == [Degradation(code=error.code), "Hm. ", WHY.text, WHY]


@pytest.mark.parametrize(
    ("said", "joint"),
    [
        ("So is it the", "… But why?"),
        ("So is it the ", "… But why?"),
        ("I see.", " But why?"),
        ("I see. ", "But why?"),
    ],
)
async def test_a_reply_that_broke_off_keeps_its_words(said: str, joint: str) -> None:
    """Only the fallback's question is added, after an ellipsis in the middle of a sentence."""
    student = FallbackStudent(
        ScriptedStudent([Script(reply=(said,), reply_error=ModelUnreachable("x"))]),
        ScriptedStudent([Script(reply=("Hm. I heard you. ", WHY.text, WHY))]),
    )
    given = lesson("Plants grow.")
    for part in (student._primary, student._fallback):
        assert [finding async for finding in part.examine(given)] == []
    pieces = [piece async for piece in student.reply(given, Analysis())]
    assert pieces == [said, Degradation(code="model_unreachable"), joint, WHY]
    assert "".join(piece for piece in pieces if isinstance(piece, str)).endswith(WHY.text)


async def test_chinese_is_joined_without_a_space() -> None:
    """As Chinese is written."""
    question = Question(text="为什么？", gap_id="g", depth="deep")
    student = FallbackStudent(
        ScriptedStudent([Script(reply=("嗯。",), reply_error=ModelUnreachable("x"))]),
        ScriptedStudent([Script(reply=(question.text, question))]),
    )
    given = lesson("植物会长大。", language="zh")
    for part in (student._primary, student._fallback):
        assert [finding async for finding in part.examine(given)] == []
    pieces = [piece async for piece in student.reply(given, Analysis())]
    assert "".join(piece for piece in pieces if isinstance(piece, str)) == "嗯。为什么？"


async def test_other_errors_are_not_swallowed() -> None:
    """A mistake in our own code is no reason to degrade."""
    for error in (EngineError("x"), ValueError("x")):
        with pytest.raises(type(error)):
            await told(pair(Script(error=error)))


@pytest.mark.parametrize("error", [ModelTimedOut("x"), ModelUnreachable("x"), CircuitOpen("model", 1.0)])
async def test_silence_is_waited_for_once(error: FeynmanError) -> None:
    """A model that did not answer at all in the examination is not asked for the reply; the next turn asks it again."""
    student = FallbackStudent(
        ScriptedStudent([Script(error=error), Script(reply=("I am back.",))]),
        ScriptedStudent([Script(reply=("Hm. ", WHY.text, WHY)), Script(reply=("no",))]),
    )
    given = lesson("Plants grow.")
    assert [finding async for finding in student.examine(given)] == [Degradation(code=error.code)]
    pieces = [piece async for piece in student.reply(given, Analysis())]
    assert pieces == [Degradation(code=error.code), "Hm. ", WHY.text, WHY]
    assert [finding async for finding in student.examine(given)] == []
    assert [piece async for piece in student.reply(given, Analysis())] == ["I am back."]


async def test_it_is_named_and_warmed_as_its_primary() -> None:
    """The turn's engine is the model's, degraded or not."""
    student = pair(Script())
    student.warm()
    assert student.name == "scripted"


async def test_abandoning_it_is_clean() -> None:
    """Closing either stream closes what is behind it."""
    gap = Gap(id="g", kind=GapKind.VAGUE, turn_id="t", reason="-", confidence=1, severity=1)
    student = pair(Script(findings=(Usage(model="m"), gap), reply=("a", "b")))
    given = lesson("Plants grow.")
    findings = student.examine(given)
    await anext(findings)
    await findings.aclose()
    pieces = student.reply(given, Analysis())
    await anext(pieces)
    await pieces.aclose()

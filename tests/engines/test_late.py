"""A student that is still being made."""

import asyncio

import pytest

from feynman.domain import ModelUnreachable
from feynman.engines.fallback import FallbackStudent
from feynman.engines.late import LateStudent, NotReady
from feynman.engines.local import LocalFileUnusable
from feynman.engines.scripted import ScriptedStudent
from feynman.engines.student import Analysis, Degradation, Lesson, Student
from tests.engines.llm.conftest import lesson

LESSON: Lesson = lesson("Leaves are green.")


def future() -> "asyncio.Future[Student]":
    """Something that may come."""
    return asyncio.get_running_loop().create_future()


async def codes(student: Student) -> list[str]:
    """The codes of what degraded an examination and a reply."""
    found = [finding async for finding in student.examine(LESSON)]
    pieces = [piece async for piece in student.reply(LESSON, Analysis())]
    return [each.code for each in (*found, *pieces) if isinstance(each, Degradation)]


async def test_who_comes_early_waits_a_while() -> None:
    """Within its patience the turn is the late student's."""
    making = future()
    late = LateStudent("openai", making, 5.0)
    asyncio.get_running_loop().call_later(0.02, making.set_result, ScriptedStudent())
    assert await codes(FallbackStudent(late, ScriptedStudent())) == []
    assert late.name == "openai"


async def test_without_patience_the_turn_is_anothers() -> None:
    """What is not there yet is told as such, and comes later."""
    making = future()
    student = FallbackStudent(LateStudent("local", making, 0.0), ScriptedStudent())
    assert await codes(student) == ["model_loading", "model_loading"]
    making.set_result(ScriptedStudent())
    assert await codes(student) == []


async def test_why_it_could_not_be_made_is_told() -> None:
    """The code is that of what went wrong, whatever kind of error that is."""
    for error in (LocalFileUnusable("no"), ModelUnreachable("gone")):
        making = future()
        making.set_exception(error)
        student = FallbackStudent(LateStudent("local", making, 0.0), ScriptedStudent())
        assert await codes(student) == [error.code, error.code]


async def test_one_that_was_given_up_is_not_ready() -> None:
    """A student whose making was cancelled never comes."""
    making = future()
    making.cancel()
    with pytest.raises(NotReady):
        await anext(LateStudent("local", making, 1.0).examine(LESSON))

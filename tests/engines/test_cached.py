"""A student that does not examine the same thing twice."""

import itertools
from typing import Any

import pytest

from feynman.domain import Belief, Coverage, Gap, GapKind, Memory, ModelUnreachable, Notice, Usage
from feynman.engines.cached import CachedStudent
from feynman.engines.scripted import Script, ScriptedStudent
from feynman.engines.student import Analysis, Finding, Lesson, Resolution, ToolUse
from feynman.resilience import Cache
from tests.engines.llm.conftest import lesson

TEXT = "Plants grow."
GAP = Gap(id="g", kind=GapKind.VAGUE, turn_id="t", quote=TEXT, start=0, end=12, reason="-", confidence=0.9, severity=2)
FOUND: tuple[Finding, ...] = (
    Coverage(index=0, point="p", status="covered", score=1.0),
    GAP,
    Belief(id="b", turn_id="t", quote=TEXT, start=0, end=12),
    Resolution(gap_id="old"),
)
USAGE = Usage(model="m", input_tokens=10, output_tokens=5)
RECALL = ToolUse(call_id="c", tool="recall_memory", state="finished")


async def cached(*scripts: Script, identity: str = "one") -> tuple[CachedStudent, Cache]:
    """A student that plays ``scripts``, with a cache of its own."""
    cache = await Cache.open()
    ids = (f"new-{number}" for number in itertools.count())
    return CachedStudent(ScriptedStudent(list(scripts)), cache, identity, new_id=lambda: next(ids)), cache


def of(given: Lesson, **names: str) -> Lesson:
    """The same lesson under other names."""
    return given.model_copy(update={"explanation": given.explanation.model_copy(update=names)})


async def examined(student: CachedStudent, given: Lesson) -> list[Any]:
    """What the examination yields."""
    return [finding async for finding in student.examine(given)]


async def test_the_same_is_examined_once() -> None:
    """The second time all findings come at once, with ids of their own and the turn's, and no model is used."""
    student, _ = await cached(Script(findings=(USAGE, *FOUND)))
    assert await examined(student, lesson(TEXT)) == [USAGE, *FOUND]
    again = await examined(student, of(lesson(TEXT), turn_id="t2", session_id="s2", learner_id="bob"))
    coverage, gap, belief, resolution = again
    assert (coverage, resolution) == (FOUND[0], FOUND[3])
    assert gap == GAP.model_copy(update={"id": "new-0", "turn_id": "t2"})
    assert (belief.id, belief.turn_id, belief.quote) == ("new-1", "t2", TEXT)


@pytest.mark.parametrize(
    "other",
    [
        lesson("Plants shrink."),
        lesson(TEXT).model_copy(update={"open_gaps": (GAP,)}),
        lesson(TEXT).model_copy(
            update={
                "recalled": (
                    Memory.model_validate(
                        {
                            "id": "m",
                            "learner_id": "ada",
                            "session_id": "s",
                            "turn_ids": ["t"],
                            "topic": "Plants",
                            "kind": "summary",
                            "text": "Ada said so.",
                            "language": "en",
                            "created_at": "2026-01-01T00:00:00Z",
                            "updated_at": "2026-01-01T00:00:00Z",
                        }
                    ),
                )
            }
        ),
    ],
    ids=["text", "open gaps", "memories"],
)
async def test_whatever_matters_is_another_lesson(other: Lesson) -> None:
    """Another text, other open gaps, or a memory of one learner: all are examined for themselves."""
    student, _ = await cached(Script(findings=FOUND), Script(findings=()))
    await examined(student, lesson(TEXT))
    assert await examined(student, other) == []


async def test_another_model_examines_for_itself() -> None:
    """Two students that share a cache do not share verdicts unless they are the same model."""
    student, cache = await cached(Script(findings=FOUND))
    await examined(student, lesson(TEXT))
    other = CachedStudent(ScriptedStudent([Script(findings=())]), cache, "two")
    assert await examined(other, lesson(TEXT)) == []


async def test_private_memories_are_not_shared() -> None:
    """What was found after looking into the learner's memories is examined anew for the next one."""
    student, _ = await cached(Script(findings=(RECALL, *FOUND)), Script(findings=()))
    await examined(student, lesson(TEXT))
    assert await examined(student, of(lesson(TEXT), learner_id="bob")) == []


async def test_what_failed_or_was_left_is_not_kept() -> None:
    """An examination counts when it came to its end."""
    notice = Notice(code="parroting")
    student, _ = await cached(
        Script(findings=FOUND, error=ModelUnreachable("x")), Script(findings=FOUND), Script(findings=(notice,))
    )
    with pytest.raises(ModelUnreachable):
        await examined(student, lesson(TEXT))
    findings = student.examine(lesson(TEXT))
    await anext(findings)
    await findings.aclose()
    assert await examined(student, lesson(TEXT)) == [notice]


async def test_a_reply_is_always_a_new_one() -> None:
    """Only verdicts are kept, and it is named and warmed as its student."""
    student, _ = await cached(Script(reply=("One.",)), Script(reply=("Two.",)))
    student.warm()
    assert student.name == "scripted"
    for said in ("One.", "Two."):
        given = of(lesson(said), turn_id=said)
        await examined(student, given)
        assert [piece async for piece in student.reply(given, Analysis())] == [said]


@pytest.mark.parametrize(
    "kept", [[{"kind": "Omen", "found": {}}], [{"kind": "Gap", "found": {"id": "g"}}], [{}], ["?"], {"kind": "Gap"}, 7]
)
async def test_what_another_version_kept_is_not_there(kept: object) -> None:
    """An entry of a shared cache that this version can't read is examined anew, and replaced."""
    student, cache = await cached(Script(findings=FOUND), Script(findings=FOUND))
    keys: list[str] = []
    get = cache.get

    async def noted(key: str) -> object:
        keys.append(key)
        return await get(key)

    cache.get = noted  # type: ignore[method-assign] # to know the key
    given = lesson(TEXT)
    await examined(student, given)
    await cache.set(keys[0], kept)
    assert await examined(student, given) == list(FOUND)
    assert await get(keys[0]) != kept

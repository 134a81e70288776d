"""A student whose help ladder is another's."""

import pytest

from feynman.domain import Coverage, Language, Question
from feynman.engines.builtin import pleads
from feynman.engines.helped import HelpedStudent
from feynman.engines.scripted import Script, ScriptedStudent
from feynman.engines.student import Analysis
from tests.engines.llm.conftest import lesson

WHY = Question(text="Why is that?", gap_id="g", depth="deep")
HINT = Question(text="Fill the hole: ___", gap_id="g", depth="shallow", help="hint")
COVERED = Coverage(index=0, point="p", status="covered", score=1.0)
MISSING = Coverage(index=0, point="p", status="missing", score=0.0)


def student() -> HelpedStudent:
    """One student asks, the other helps."""
    asking = ScriptedStudent([Script(findings=(COVERED,), reply=("Hm. ", WHY.text, WHY))])
    helping = ScriptedStudent([Script(findings=(MISSING,), reply=("Look: ", HINT.text, HINT))])
    return HelpedStudent(asking, helping, pleads)


@pytest.mark.parametrize(
    ("text", "language", "helped"),
    [
        ("I'm stuck, can you give me a hint?", "en", True),
        ("Just tell me the answer, please.", "en", True),
        ("我卡住了，给我一点提示吧", "zh", True),
        ("直接告诉我答案吧", "zh", True),
        ("Leaves take in sunlight, which helps the plant to make its food out of air and water.", "en", False),
        ("叶子吸收阳光，帮助植物用空气和水制造养分。", "zh", False),
        ("I don't know.", "en", False),
    ],
)
async def test_pleas_alone_are_the_helpers(text: str, language: Language, helped: bool) -> None:  # noqa: FBT001 # a case
    """A plea for help or the answer climbs the helper's ladder, every other turn is the student's own."""
    given, one = lesson(text, language=language), student()
    found = [finding async for finding in one.examine(given)]
    pieces = [piece async for piece in one.reply(given, Analysis())]
    assert found == [MISSING if helped else COVERED]
    assert pieces[-1] == (HINT if helped else WHY)

"""A reply ends with its first question."""

from collections.abc import AsyncIterator

import pytest

from feynman.domain import Question
from feynman.workflow.single_question import until_question

QUESTION = Question(text="Why?", gap_id="gap", depth="deep")


async def replied(*pieces: str | Question) -> list[str | Question]:
    """What comes through of ``pieces``."""

    async def source() -> AsyncIterator[str | Question]:
        for piece in pieces:
            yield piece

    return [piece async for piece in until_question(source()) if isinstance(piece, str | Question)]


async def text_of(*pieces: str | Question) -> str:
    """The text that comes through of ``pieces``."""
    return "".join(piece for piece in await replied(*pieces) if isinstance(piece, str))


@pytest.mark.parametrize(
    ("pieces", "kept"),
    [
        (["Hm. ", "Why", "? And how? ", "Well."], "Hm. Why?"),
        (["那为什么呢？", "还有呢？"], "那为什么呢？"),
        (["You said “is it?” just now. ", "Why?", " Really?"], "You said “is it?” just now. Why?"),
        (['You asked "why?" ', "so tell me."], 'You asked "why?" so tell me.'),
        (["你说“对吗？”。", "什么意思？"], "你说“对吗？”。什么意思？"),
        (["No question at all."], "No question at all."),
        ([], ""),
    ],
)
async def test_text_ends_after_the_first_own_question(pieces: list[str], kept: str) -> None:
    """What follows the first question mark outside quotation marks never reaches the learner."""
    assert await text_of(*pieces) == kept


async def test_the_question_itself_still_comes() -> None:
    """The question's record passes, also after the text has ended."""
    assert await replied("Why? ", "More?", QUESTION) == ["Why?", QUESTION]

"""A student with another behind it."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Final, TypeVar, cast, get_args

from feynman.domain import Language, ModelError, Question, ServiceUnavailable
from feynman.engines.student import Analysis, Aside, Degradation, Discovery, Finding, Lesson, Student

__all__ = ["FallbackStudent"]

T = TypeVar("T")

_ASIDES: Final = get_args(Aside)
_CLOSED: Final = '.。!！?？…"”」』'


class FallbackStudent:
    """``primary``, and ``fallback`` for the part of a turn in which the primary's model fails; it says so each time.

    A half-done examination is thrown away and done anew. Of a reply, what was said stays, and only the fallback's
    question is added to it.
    """

    def __init__(self, primary: Student, fallback: Student) -> None:
        self._primary = primary
        self._fallback = fallback

    @property
    def name(self) -> str:
        """The primary's name."""
        return self._primary.name

    def warm(self) -> None:
        """Warm both."""
        self._fallback.warm()
        self._primary.warm()

    async def examine(self, lesson: Lesson) -> AsyncGenerator[Finding, None]:
        """Yield asides live and the findings of one of the two."""
        found: list[Discovery] = []
        try:
            async with _closing(self._primary.examine(lesson)) as findings:
                async for finding in findings:
                    if isinstance(finding, _ASIDES):
                        yield finding
                    else:
                        found.append(cast("Discovery", finding))
        except (ModelError, ServiceUnavailable) as error:
            found.clear()
            yield Degradation(code=error.code)
            async with _closing(self._fallback.examine(lesson)) as findings:
                async for finding in findings:
                    yield finding
        for finding in found:
            yield finding

    async def reply(self, lesson: Lesson, analysis: Analysis) -> AsyncGenerator[str | Question | Aside, None]:
        """Yield the primary's reply, or what it said of it and the fallback's question."""
        said: list[str] = []
        try:
            async with _closing(self._primary.reply(lesson, analysis)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, str):
                        said.append(piece)
                    yield piece
        except (ModelError, ServiceUnavailable) as error:
            yield Degradation(code=error.code)
            async with _closing(self._rest("".join(said), lesson, analysis)) as pieces:
                async for piece in pieces:
                    yield piece

    async def _rest(
        self, said: str, lesson: Lesson, analysis: Analysis
    ) -> AsyncGenerator[str | Question | Aside, None]:
        async with _closing(self._fallback.reply(lesson, analysis)) as pieces:
            if not said.strip():
                async for piece in pieces:
                    yield piece
                return
            rest = [piece async for piece in pieces]
        question = next((piece for piece in rest if isinstance(piece, Question)), None)
        text = "".join(piece for piece in rest if isinstance(piece, str)) if question is None else question.text
        yield _joint(said, lesson.explanation.language) + text
        if question is not None:
            yield question


def _joint(said: str, language: Language) -> str:
    """What stands between words that broke off and those that follow."""
    if said[-1].isspace():
        return "" if said.rstrip()[-1] in _CLOSED else "… "
    dots = "" if said[-1] in _CLOSED else "…"
    return dots + (" " if language == "en" else "")


def _closing(stream: AsyncIterator[T]) -> "aclosing[AsyncGenerator[T, None]]":
    """Students yield from generators; whoever stops listening ends them at once."""
    return aclosing(cast("AsyncGenerator[T, None]", stream))

"""A student with another behind it."""

from collections.abc import AsyncGenerator
from typing import Final, cast, get_args

from feynman.domain import FeynmanError, Language, ModelAnswerUnusable, ModelError, Question, ServiceUnavailable
from feynman.engines.streams import closing
from feynman.engines.student import Analysis, Aside, Degradation, Discovery, Finding, Lesson, Student

__all__ = ["FallbackStudent"]

_ASIDES: Final = get_args(Aside)
_KEPT: Final = 100
_CLOSED: Final = '.。!！?？…"”」』'


class FallbackStudent:
    """``primary``, and ``fallback`` for the part of a turn in which the primary's model fails; it says so each time.

    A half-done examination is thrown away and done anew. Of a reply, what was said stays, and only the fallback's
    question is added to it. Where the model could not be reached for the examination it is not waited for once more.
    """

    def __init__(self, primary: Student, fallback: Student) -> None:
        self._primary = primary
        self._fallback = fallback
        self._gone: dict[str, str] = {}

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
            async with closing(self._primary.examine(lesson)) as findings:
                async for finding in findings:
                    if isinstance(finding, _ASIDES):
                        yield finding
                    else:
                        found.append(cast("Discovery", finding))
        except (ModelError, ServiceUnavailable) as error:
            found.clear()
            self._note(lesson, error)
            yield Degradation(code=error.code)
            async with closing(self._fallback.examine(lesson)) as findings:
                async for finding in findings:
                    yield finding
        for finding in found:
            yield finding

    async def reply(self, lesson: Lesson, analysis: Analysis) -> AsyncGenerator[str | Question | Aside, None]:
        """Yield the primary's reply, or what it said of it and the fallback's question."""
        code = self._gone.pop(lesson.explanation.turn_id, None)
        if code is not None:
            yield Degradation(code=code)
            async with closing(self._fallback.reply(lesson, analysis)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        said: list[str] = []
        try:
            async with closing(self._primary.reply(lesson, analysis)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, str):
                        said.append(piece)
                    yield piece
        except (ModelError, ServiceUnavailable) as error:
            yield Degradation(code=error.code)
            async with closing(self._rest("".join(said), lesson, analysis)) as pieces:
                async for piece in pieces:
                    yield piece

    def _note(self, lesson: Lesson, error: FeynmanError) -> None:
        """Keep that the endpoint is gone for this turn; one that gave a bad answer may well say something."""
        if isinstance(error, ModelAnswerUnusable):
            return
        while len(self._gone) >= _KEPT:  # turns that were stopped before their reply
            self._gone.pop(next(iter(self._gone)))
        self._gone[lesson.explanation.turn_id] = error.code

    async def _rest(
        self, said: str, lesson: Lesson, analysis: Analysis
    ) -> AsyncGenerator[str | Question | Aside, None]:
        async with closing(self._fallback.reply(lesson, analysis)) as pieces:
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

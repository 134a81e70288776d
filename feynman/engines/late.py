"""A student that is still being made."""

import asyncio
from collections.abc import AsyncGenerator

from feynman.domain import FeynmanError, ModelError, Question, ServiceUnavailable
from feynman.engines.streams import closing
from feynman.engines.student import Analysis, Aside, Finding, Lesson, Student

__all__ = ["LateStudent", "NotReady"]


class NotReady(ServiceUnavailable):
    """The student is still being made, or could not be; ``code`` is then that error's."""

    code = "model_loading"
    part = "model"

    def __init__(self, message: str, code: str = code) -> None:
        super().__init__(message)
        self.code = code


class LateStudent:
    """What ``making`` comes to; who asks before waits ``patience`` seconds for it at most."""

    def __init__(self, name: str, making: "asyncio.Future[Student]", patience: float) -> None:
        self._name = name
        self._making = making
        self._patience = patience

    @property
    def name(self) -> str:
        """The name it will have."""
        return self._name

    def warm(self) -> None:
        """Need nothing: it is warmed where it is made."""

    async def examine(self, lesson: Lesson) -> AsyncGenerator[Finding, None]:
        """Yield its findings.

        Raises:
            NotReady: there is no student (yet).
        """
        student = await self._made()
        async with closing(student.examine(lesson)) as findings:
            async for finding in findings:
                yield finding

    async def reply(self, lesson: Lesson, analysis: Analysis) -> AsyncGenerator[str | Question | Aside, None]:
        """Yield its reply.

        Raises:
            NotReady: there is no student (yet).
        """
        student = await self._made()
        async with closing(student.reply(lesson, analysis)) as pieces:
            async for piece in pieces:
                yield piece

    async def _made(self) -> Student:
        if not self._making.done():
            await asyncio.wait({self._making}, timeout=self._patience)
        if not self._making.done() or self._making.cancelled():
            raise NotReady("the model is still being made ready")
        try:
            return self._making.result()
        except (ModelError, ServiceUnavailable):
            raise
        except FeynmanError as error:
            raise NotReady(str(error), error.code) from error

"""A student whose help ladder is another's."""

from collections.abc import AsyncGenerator, Callable

from feynman.domain import Question
from feynman.engines.streams import closing
from feynman.engines.student import Analysis, Aside, Finding, Lesson, Student

__all__ = ["HelpedStudent"]


class HelpedStudent:
    """``student``, but for turns in which the learner pleads for help: those are ``helper``'s.

    The rungs of the ladder decide how much of an answer may be shown, so they are climbed in code and never by a model.
    ``pleads`` tells such a turn; it may look at everything in the lesson and must not block.
    """

    def __init__(self, student: Student, helper: Student, pleads: Callable[[Lesson], bool]) -> None:
        self._student = student
        self._helper = helper
        self._pleads = pleads

    @property
    def name(self) -> str:
        """The student's name."""
        return self._student.name

    def warm(self) -> None:
        """Warm both."""
        self._helper.warm()
        self._student.warm()

    async def examine(self, lesson: Lesson) -> AsyncGenerator[Finding, None]:
        """Yield the findings of the one whose turn it is."""
        async with closing(self._whose(lesson).examine(lesson)) as findings:
            async for finding in findings:
                yield finding

    async def reply(self, lesson: Lesson, analysis: Analysis) -> AsyncGenerator[str | Question | Aside, None]:
        """Yield the reply of the one whose turn it is."""
        async with closing(self._whose(lesson).reply(lesson, analysis)) as pieces:
            async for piece in pieces:
                yield piece

    def _whose(self, lesson: Lesson) -> Student:
        return self._helper if self._pleads(lesson) else self._student

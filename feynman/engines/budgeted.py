"""A student that may be used up for the day."""

from collections.abc import AsyncGenerator, Awaitable, Callable

from feynman.domain import BudgetSpent, Question
from feynman.engines.streams import closing
from feynman.engines.student import Analysis, Aside, Degradation, Finding, Lesson, Student

__all__ = ["BudgetedStudent"]


class BudgetedStudent:
    """``student`` while the learner's budget lasts, then ``instead``, and it says so.

    ``spent`` tells for learner and turn whether the budget was used up before that turn: one that has begun is
    finished.
    """

    def __init__(self, student: Student, instead: Student, spent: Callable[[str, str], Awaitable[bool]]) -> None:
        self._student = student
        self._instead = instead
        self._spent = spent

    @property
    def name(self) -> str:
        """The student's name."""
        return self._student.name

    def warm(self) -> None:
        """Warm both."""
        self._instead.warm()
        self._student.warm()

    async def examine(self, lesson: Lesson) -> AsyncGenerator[Finding, None]:
        """Yield the findings of one of the two."""
        able = not await self._is_spent(lesson)
        if not able:
            yield Degradation(code=BudgetSpent.code)
        async with closing((self._student if able else self._instead).examine(lesson)) as findings:
            async for finding in findings:
                yield finding

    async def reply(self, lesson: Lesson, analysis: Analysis) -> AsyncGenerator[str | Question | Aside, None]:
        """Yield the reply of one of the two."""
        able = not await self._is_spent(lesson)
        if not able:
            yield Degradation(code=BudgetSpent.code)
        async with closing((self._student if able else self._instead).reply(lesson, analysis)) as pieces:
            async for piece in pieces:
                yield piece

    async def _is_spent(self, lesson: Lesson) -> bool:
        return await self._spent(lesson.explanation.learner_id, lesson.explanation.turn_id)

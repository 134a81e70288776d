"""A student that does what a test tells it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from feynman.domain import Coverage, EngineError, Gap, GapKind, HelpStep, Question
from feynman.engines.student import Analysis, Finding, Lesson, Resolution

__all__ = ["DirectedStudent", "covered", "resolving", "vague"]

Findings = Callable[[Lesson], list[Finding]]


def vague(lesson: Lesson, *, quote: str) -> Gap:
    """A vague place in what the learner just said."""
    explanation = lesson.explanation
    start = explanation.text.index(quote)
    return Gap(
        id=f"gap-{explanation.turn_id}",
        kind=GapKind.VAGUE,
        turn_id=explanation.turn_id,
        quote=quote,
        start=start,
        end=start + len(quote),
        reason="How much is that <i>exactly</i>?",
        confidence=0.8,
        severity=2,
    )


def covered(lesson: Lesson) -> list[Finding]:
    """The first key point is covered by the whole text, the rest is missing."""
    points = lesson.reference.points
    return [
        Coverage(
            index=index,
            point=point.text,
            status="covered" if index == 0 else "missing",
            score=1.0 if index == 0 else 0.0,
            quote=lesson.explanation.text if index == 0 else None,
        )
        for index, point in enumerate(points)
    ]


def resolving(lesson: Lesson) -> list[Finding]:
    """Every open gap is closed."""
    return [Resolution(gap_id=gap.id) for gap in lesson.open_gaps]


@dataclass
class DirectedStudent:
    """Finds what ``findings`` says, speaks ``pieces`` and asks ``question`` (as ``help``); ``failing`` makes it fail.

    ``hold`` is awaited before the reply, so that a turn can be watched half-way.
    """

    name: str = "builtin"
    findings: Findings = covered
    pieces: tuple[str, ...] = ("I see. ",)
    question: str | None = "Why is that?"
    help: HelpStep | None = None
    failing: bool = False
    hold: asyncio.Event | None = None
    lessons: list[Lesson] = field(default_factory=list)

    def warm(self) -> None:
        """Need no time for this."""

    async def examine(self, lesson: Lesson) -> AsyncIterator[Finding]:
        """Yield the findings."""
        self.lessons.append(lesson)
        if self.failing:
            raise EngineError("told to fail")
        for finding in self.findings(lesson):
            yield finding

    async def reply(self, lesson: Lesson, analysis: Analysis) -> AsyncIterator[str | Question]:
        """Yield the reply."""
        del lesson, analysis
        for piece in self.pieces:
            yield piece
        if self.hold is not None:
            await self.hold.wait()
        if self.question is not None:
            yield self.question
            yield Question(text=self.question, gap_id=None, depth="deep", help=self.help)

"""Sessions with a student through the product's own workflow, and what was heard in them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from feynman.domain import (
    Belief,
    Explanation,
    Gap,
    Language,
    Memory,
    Message,
    Question,
    Reference,
    TextDelta,
    Turn,
    Usage,
)
from feynman.engines.student import Analysis, Lesson, Student
from feynman.workflow import TurnContext, TurnResult, Workflow

__all__ = ["Heard", "Talk"]

_THEN: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn: ``first_word`` and ``seconds`` are from its beginning, ``degraded`` is the code of what failed."""

    analysis: Analysis
    reply: str
    question: Question | None
    usage: Usage | None
    degraded: str | None
    first_word: float | None
    seconds: float


class Talk:
    """One session; ``memories`` (texts) are recalled in its first turn, ``history`` was brought along."""

    def __init__(
        self,
        student: Student,
        reference: Reference,
        language: Language,
        *,
        memories: Sequence[str] = (),
        history: Sequence[Message] = (),
    ) -> None:
        self.gaps: dict[str, Gap] = {}
        self._student = student
        self._reference = reference
        self._language = language
        self._memories = tuple(_memory(text, reference.topic, language) for text in memories)
        self._history = tuple(history)
        self._workflow = Workflow()
        self._turns: list[Turn] = []
        self._beliefs: list[Belief] = []

    @property
    def heard(self) -> str:
        """All that the learner has said."""
        return "\n".join(turn.text for turn in self._turns)

    async def say(self, text: str) -> Heard:
        """Run one turn."""
        lesson, begun = self._lesson(text), time.perf_counter()
        first: float | None = None
        result: TurnResult | None = None
        async for event in self._workflow.stream(lesson, TurnContext(student=self._student, recall=self._recall)):
            if isinstance(event, TextDelta) and first is None and event.text.strip():
                first = time.perf_counter() - begun
            elif isinstance(event, TurnResult):
                result = event
        if result is None:
            raise AssertionError("a turn ends in a result")
        self._keep(lesson, result)
        return Heard(
            result.analysis,
            result.reply,
            result.question,
            result.usage,
            result.degraded,
            first,
            time.perf_counter() - begun,
        )

    async def _recall(self, _: Explanation) -> tuple[Memory, ...]:
        return self._memories

    def _lesson(self, text: str) -> Lesson:
        explanation = Explanation(
            topic=self._reference.topic,
            text=text,
            language=self._language,
            learner_id="bench",
            session_id="bench",
            turn_id=f"turn-{len(self._turns) + 1}",
        )
        return Lesson(
            explanation=explanation,
            reference=self._reference,
            earlier=tuple(self._turns),
            open_gaps=tuple(gap for gap in self.gaps.values() if gap.status == "open"),
            beliefs=tuple(self._beliefs),
            history=self._history,
        )

    def _keep(self, lesson: Lesson, result: TurnResult) -> None:
        for gap in (*result.analysis.found, *result.analysis.resolved):
            self.gaps[gap.id] = gap
        asked = None if result.question is None else self.gaps.get(result.question.gap_id or "")
        if asked is not None:
            self.gaps[asked.id] = asked.model_copy(update={"asked": asked.asked + 1})
        self._beliefs += result.analysis.beliefs
        self._turns.append(
            Turn(
                id=lesson.explanation.turn_id,
                session_id="bench",
                number=len(self._turns) + 1,
                text=lesson.explanation.text,
                language=self._language,
                status="completed",
                reply=result.reply,
                question=result.question,
                coverage=result.analysis.coverage,
                found=result.analysis.found,
                resolved=tuple(gap.id for gap in result.analysis.resolved),
                created_at=_THEN,
            )
        )


def _memory(text: str, topic: str, language: Language) -> Memory:
    return Memory(
        id="memory",
        learner_id="bench",
        session_id="earlier",
        turn_ids=(),
        topic=topic,
        kind="summary",
        text=text,
        language=language,
        created_at=_THEN,
        updated_at=_THEN,
        similarity=0.9,
    )

"""Running one turn: stored before the work starts, kept however it ends."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, Final

import structlog

from feynman.domain import (
    Explanation,
    FeynmanError,
    Frozen,
    GapFound,
    Memory,
    MemorySaved,
    Message,
    NoticeGiven,
    QuestionAsked,
    Reference,
    StageStarted,
    StudyEvent,
    TextDelta,
    Turn,
    TurnCompleted,
    TurnFailed,
    Usage,
)
from feynman.engines.student import Lesson, Student
from feynman.memory import MemoryStore
from feynman.records import Records, TurnOutcome
from feynman.references import Library
from feynman.session.progress import TurnProgress
from feynman.session.spoken import Spoken
from feynman.session.students import Students
from feynman.session.turnstile import Turnstile
from feynman.workflow import TurnContext, TurnResult, Workflow

__all__ = ["Brought", "TurnRunner"]

log = structlog.get_logger("feynman.session")

_FINISHED: Final = frozenset({"completed", "stopped"})


class Brought(Frozen):
    """What a caller brings along for one turn: an earlier conversation, and a reference that replaces the session's.

    ``engine`` is the engine wished for, ``None`` the one at work.
    """

    history: tuple[Message, ...] = ()
    reference: Reference | None = None
    engine: str | None = None


class TurnRunner:
    """Runs turns of one session at a time; ``saved`` is called when a job was queued."""

    def __init__(
        self,
        *,
        records: Records,
        memory: MemoryStore,
        students: Students,
        workflow: Workflow,
        library: Library,
        turnstile: Turnstile,
        saved: Callable[[], object],
    ) -> None:
        self._records = records
        self._memory = memory
        self._students = students
        self._workflow = workflow
        self._library = library
        self._turnstile = turnstile
        self._saved = saved

    async def run(self, explanation: Explanation, brought: Brought) -> AsyncGenerator[StudyEvent, None]:
        """Yield the events of one turn; a turn already completed is told again, not run again.

        The text is stored before the turn waits for others of its session.

        Raises:
            FeynmanError: nothing could be stored, or no turn is taken any more.
        """
        self._turnstile.check()
        student = await self._students.pick(brought.engine)
        progress = TurnProgress(student.name)
        turn, created = await self._begin(explanation, progress)
        try:
            if self._turnstile.busy(turn.session_id):
                yield StageStarted(stage="waiting", turn_id=turn.id)
            async with (
                self._turnstile.turn(turn.session_id),
                aclosing(self._first_or_again(explanation, brought, student, created, progress)) as events,
            ):
                async for event in events:
                    yield event
        except (asyncio.CancelledError, GeneratorExit):
            await self._keep(turn, progress.outcome("stopped"))
            raise
        except FeynmanError as error:
            log.warning("turn_failed", code=error.code, turn_id=turn.id)
            await self._keep(turn, progress.outcome("failed", error=error.code))
            yield TurnFailed(turn_id=turn.id, code=error.code, retryable=error.retryable)
        except Exception:
            log.exception("turn_crashed", turn_id=turn.id)
            await self._keep(turn, progress.outcome("failed", error="internal"))
            yield TurnFailed(turn_id=turn.id, code="internal", retryable=True)

    async def _begin(self, explanation: Explanation, progress: TurnProgress) -> tuple[Turn, bool]:
        """Store the text; a turn that is cancelled in this very moment is kept as stopped."""
        beginning = asyncio.ensure_future(self._records.turns.begin(explanation))
        try:
            return await asyncio.shield(beginning)
        except asyncio.CancelledError:
            turn, created = await beginning
            if created:
                await self._keep(turn, progress.outcome("stopped"))
            raise

    async def _first_or_again(
        self,
        explanation: Explanation,
        brought: Brought,
        student: Student,
        created: bool,  # noqa: FBT001 # private
        progress: TurnProgress,
    ) -> AsyncGenerator[StudyEvent, None]:
        if not created:
            turn = await self._records.turns.get(explanation.turn_id, explanation.learner_id)
            if turn.status == "completed":
                async for event in self._retell(turn):
                    yield event
                return
            await self._records.turns.restart(turn.id)
        async with aclosing(self._work(explanation, brought, student, progress)) as events:
            async for event in events:
                yield event

    async def _work(
        self, explanation: Explanation, brought: Brought, student: Student, progress: TurnProgress
    ) -> AsyncGenerator[StudyEvent, None]:
        turn_id = explanation.turn_id
        lesson = await self._lesson(explanation, brought)
        context = TurnContext(student=student, recall=self._recall)
        async with aclosing(self._workflow.stream(lesson, context)) as parts:
            async for part in parts:
                if isinstance(part, TurnResult):
                    progress.result = part
                else:
                    progress.see(part)
                    yield part
        saving = StageStarted(stage="saving", turn_id=turn_id)
        progress.see(saving)
        yield saving
        job_id = await self._records.turns.finish(turn_id, progress.outcome("completed"))
        progress.finish()
        if job_id is not None:
            self._saved()
            yield MemorySaved(job_id=job_id)
        yield _completed(explanation, progress)

    async def _lesson(self, explanation: Explanation, brought: Brought) -> Lesson:
        session = await self._records.sessions.get(explanation.session_id, explanation.learner_id)
        stored = await self._reference(session.id, brought.reference)
        spoken = Spoken(stored, session.topic_id, explanation.language, self._library)
        turns = await self._records.turns.list(session.id)
        number = next(turn.number for turn in turns if turn.id == explanation.turn_id)
        return Lesson(
            explanation=explanation,
            reference=spoken.reference,
            earlier=tuple(spoken.turn(turn) for turn in turns if turn.status in _FINISHED and turn.number < number),
            open_gaps=spoken.gaps(await self._records.gaps.list(session.id, "open")),
            beliefs=tuple(await self._records.beliefs.list(session.id)),
            history=brought.history,
        )

    async def _reference(self, session_id: str, brought: Reference | None) -> Reference:
        stored = await self._records.sessions.reference(session_id)
        if brought is None or brought == stored:
            return stored
        await self._records.sessions.set_reference(session_id, brought)
        return brought

    async def _recall(self, explanation: Explanation) -> tuple[Memory, ...]:
        query = f"{explanation.topic}\n{explanation.text}"
        found = await self._memory.recall(query, explanation.learner_id, exclude_session=explanation.session_id)
        return tuple(found)

    async def _keep(self, turn: Turn, outcome: TurnOutcome) -> None:
        """Store how the turn ended even while its task is being cancelled; a failure to do so is logged."""
        task = asyncio.ensure_future(self._records.turns.finish(turn.id, outcome))
        try:
            await asyncio.shield(task)
        except FeynmanError as error:
            log.warning("turn_not_kept", code=error.code, turn_id=turn.id)

    async def _retell(self, turn: Turn) -> AsyncGenerator[StudyEvent, None]:
        for gap in turn.found:
            yield GapFound(gap=gap)
        for notice in turn.notices:
            yield NoticeGiven(notice=notice)
        yield TextDelta(text=turn.reply)
        if turn.question is not None:
            yield QuestionAsked(question=turn.question)
        yield TurnCompleted(
            turn_id=turn.id,
            session_id=turn.session_id,
            reply=turn.reply,
            coverage=turn.coverage,
            open_gaps=tuple(await self._records.gaps.list(turn.session_id, "open")),
            notices=turn.notices,
            engine=turn.engine,
            degraded=turn.degraded,
            usage=_told(turn.usage),
        )


def _told(usage: Usage | None) -> dict[str, Any]:
    """A turn's usage as the events and the API tell it, empty when no model was used."""
    if usage is None:
        return {}
    return {**usage.model_dump(mode="json"), "tokens_per_second": usage.tokens_per_second}


def _completed(explanation: Explanation, progress: TurnProgress) -> TurnCompleted:
    result = progress.result
    if result is None:
        raise AssertionError("the workflow ended without a result")
    return TurnCompleted(
        turn_id=explanation.turn_id,
        session_id=explanation.session_id,
        reply=result.reply,
        coverage=result.analysis.coverage,
        open_gaps=result.analysis.open_gaps,
        notices=result.analysis.notices,
        recalled=result.recalled,
        engine=progress.engine,
        degraded=result.degraded is not None,
        usage=_told(result.usage),
        timings=progress.timings,
    )

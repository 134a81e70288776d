"""One turn from a request to its answer."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from feynman.domain import (
    Coverage,
    EngineDegraded,
    EngineError,
    GapFound,
    GapResolved,
    HelpStep,
    Language,
    Notice,
    QuestionAsked,
    Reference,
    StudyEvent,
    TurnCompleted,
    TurnFailed,
)
from feynman.i18n import explain_notice
from feynman.observability import logs
from feynman.sidecar.asked import Asked, new_id, prepared
from feynman.sidecar.problems import TurnUnfinished
from feynman.sidecar.schemas import ChatRequest
from feynman.sidecar.services import SidecarServices
from feynman.wire import ChatResponse, GapBody, MemoryEntry, NoticeBody, PointBody

__all__ = ["answer"]


async def answer(
    services: SidecarServices, request: ChatRequest, *, make_id: Callable[[], str] = new_id
) -> ChatResponse:
    """Run the turn that ``request`` asks for.

    Raises:
        InvalidInput: a text is empty or too long, the reference is unusable or unknown, the engine is another.
        TurnUnfinished: the turn failed.
        ServiceUnavailable, ShuttingDown: the session could not be opened.
    """
    asked = await prepared(services, request, make_id=make_id)
    with logs.bind(session_id=asked.session.id):
        heard, completed = await _turn(services, asked)
        stored = await services.reference(asked.session) if asked.reference is None else asked.reference
    return _response(asked, request.short_term_memory or [], heard, completed, stored)


@dataclass(slots=True)
class _Heard:
    """What the events of a turn have said so far."""

    gaps: list[GapBody] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    help: HelpStep | None = None
    completed: TurnCompleted | None = None
    degraded: str | None = None

    def see(self, event: StudyEvent) -> None:
        match event:
            case GapFound(gap=gap):
                self.gaps.append(GapBody.model_validate(gap))
            case GapResolved(gap=gap):
                self.resolved.append(gap.id)
            case QuestionAsked(question=question):
                self.questions.append(question.text)
                self.help = question.help
            case EngineDegraded(code=code):
                self.degraded = self.degraded or code
            case TurnCompleted():
                self.completed = event
            case TurnFailed():
                raise TurnUnfinished(event.code)
            case _:
                pass


async def _turn(services: SidecarServices, asked: Asked) -> tuple[_Heard, TurnCompleted]:
    heard = _Heard()
    async with _closing(asked.run(services)) as events:
        async for event in events:
            heard.see(event)
    if heard.completed is None:
        raise TurnUnfinished(EngineError.code)
    return heard, heard.completed


def _response(
    asked: Asked,
    memory: list[MemoryEntry],
    heard: _Heard,
    completed: TurnCompleted,
    reference: Reference,
) -> ChatResponse:
    explanation = asked.explanation
    said = MemoryEntry(role="user", content=explanation.text)
    replied = MemoryEntry(role="assistant", content=completed.reply)
    return ChatResponse(
        questions=heard.questions,
        help=heard.help,
        reply=completed.reply,
        session_id=explanation.session_id,
        learner_id=explanation.learner_id,
        turn_id=explanation.turn_id,
        language=explanation.language,
        short_term_memory=[*memory, said, replied],
        gaps=heard.gaps,
        resolved=heard.resolved,
        coverage=list(completed.coverage),
        reference_points=[_point(entry, reference) for entry in completed.coverage],
        notices=[_notice(notice, explanation.language) for notice in completed.notices],
        engine=completed.engine,
        degraded=completed.degraded,
        degraded_code=heard.degraded,
        usage=completed.usage,
        timings=completed.timings,
    )


def _point(entry: Coverage, reference: Reference) -> PointBody:
    """A key point in the words of the turn; a library topic told in another language has no place in any text."""
    known = reference.points[entry.index] if entry.index < len(reference.points) else None
    start, end = (None, None) if known is None or known.text != entry.point else (known.start, known.end)
    return PointBody(index=entry.index, text=entry.point, start=start, end=end)


def _notice(notice: Notice, language: Language) -> NoticeBody:
    message = explain_notice(notice, language)
    return NoticeBody(code=notice.code, message=message, points=list(notice.points), detail=notice.detail)


@asynccontextmanager
async def _closing(events: AsyncIterator[StudyEvent]) -> AsyncIterator[AsyncIterator[StudyEvent]]:
    try:
        yield events
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()

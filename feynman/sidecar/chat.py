"""One turn from a request to its answer."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from feynman.domain import (
    MAX_EXPLANATION,
    Coverage,
    EngineDegraded,
    EngineError,
    EngineUnavailable,
    Explanation,
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
    topic_text,
    visible_text,
)
from feynman.i18n import explain_notice
from feynman.observability import logs
from feynman.sidecar.given import reference_of
from feynman.sidecar.problems import TurnUnfinished
from feynman.sidecar.schemas import ChatRequest, ChatResponse, GapBody, MemoryEntry, NoticeBody, PointBody
from feynman.sidecar.services import SidecarServices
from feynman.text.language import detect_language, has_han

__all__ = ["answer"]


def _new_id() -> str:
    return uuid4().hex


async def answer(
    services: SidecarServices, request: ChatRequest, *, new_id: Callable[[], str] = _new_id
) -> ChatResponse:
    """Run the turn that ``request`` asks for.

    Raises:
        InvalidInput: a text is empty or too long, the reference is unusable or unknown, the engine is another.
        TurnUnfinished: the turn failed.
        ServiceUnavailable, ShuttingDown: the session could not be opened.
    """
    if request.engine is not None and request.engine not in services.engines:
        raise EngineUnavailable(f"the engines here are {', '.join(services.engines)}")
    topic, text = topic_text(request.topic), visible_text(request.explanation, MAX_EXPLANATION)
    language = _language(request.language, topic, text)
    reference = await reference_of(services, request.reference, topic=topic, language=language)
    session = await services.open_session(
        topic=topic,
        language=language,
        session_id=request.session_id,
        learner_id=request.learner_id,
        reference=reference,
    )
    explanation = Explanation(
        topic=topic,
        text=text,
        language=language,
        learner_id=session.learner_id,
        session_id=session.id,
        turn_id=new_id(),
    )
    memory = request.short_term_memory or []
    with logs.bind(session_id=session.id):
        heard, completed = await _turn(services, explanation, memory, reference, request.engine)
        stored = await services.reference(session) if reference is None else reference
    return _response(explanation, memory, heard, completed, stored)


def _language(asked: Language | None, topic: str, text: str) -> Language:
    if asked is not None:
        return asked
    # A topic is often a word or two, too few for the detector to go by.
    return detect_language(text, detect_language(topic, "zh" if has_han(topic) else "en"))


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


async def _turn(
    services: SidecarServices,
    explanation: Explanation,
    memory: list[MemoryEntry],
    reference: Reference | None,
    engine: str | None,
) -> tuple[_Heard, TurnCompleted]:
    heard = _Heard()
    history = tuple(entry.message() for entry in memory)
    stream = services.explain(explanation, history=history, reference=reference, engine=engine)
    async with _closing(stream) as events:
        async for event in events:
            heard.see(event)
    if heard.completed is None:
        raise TurnUnfinished(EngineError.code)
    return heard, heard.completed


def _response(
    explanation: Explanation,
    memory: list[MemoryEntry],
    heard: _Heard,
    completed: TurnCompleted,
    reference: Reference,
) -> ChatResponse:
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

"""What a request asks for, as the domain has it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import uuid4

from feynman.domain import (
    MAX_EXPLANATION,
    EngineUnavailable,
    Explanation,
    Language,
    Message,
    Reference,
    Session,
    StudyEvent,
    topic_text,
    visible_text,
)
from feynman.sidecar.given import reference_of
from feynman.sidecar.schemas import ChatRequest
from feynman.sidecar.services import SidecarServices
from feynman.text.language import detect_language, has_han

__all__ = ["Asked", "check_engine", "history_of", "new_id", "prepared", "spoken_language"]


def new_id() -> str:
    """An id that can't be guessed."""
    return uuid4().hex


@dataclass(frozen=True, slots=True)
class Asked:
    """One turn that is ready to run; ``reference`` is ``None`` when the session's own is used."""

    explanation: Explanation
    session: Session
    history: tuple[Message, ...]
    reference: Reference | None
    engine: str | None

    def run(self, services: SidecarServices) -> AsyncIterator[StudyEvent]:
        """Begin the turn; closing the iterator stops it."""
        return services.explain(self.explanation, history=self.history, reference=self.reference, engine=self.engine)


async def prepared(services: SidecarServices, request: ChatRequest, *, make_id: Callable[[], str] = new_id) -> Asked:
    """Check the request and open its session; no turn is begun.

    Raises:
        InvalidInput: a text is empty or too long, the reference is unusable or unknown, the engine is another.
        ServiceUnavailable, ShuttingDown: the session could not be opened.
    """
    check_engine(services, request)
    topic, text = topic_text(request.topic), visible_text(request.explanation, MAX_EXPLANATION)
    language = spoken_language(topic, text) if request.language is None else request.language
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
        turn_id=make_id(),
    )
    return Asked(explanation, session, history_of(request), reference, request.engine)


def check_engine(services: SidecarServices, request: ChatRequest) -> None:
    """Do nothing when the engine asked for is one of ours.

    Raises:
        EngineUnavailable: it is another.
    """
    if request.engine is not None and request.engine not in services.engines:
        raise EngineUnavailable(f"the engines here are {', '.join(services.engines)}")


def history_of(request: ChatRequest) -> tuple[Message, ...]:
    """The conversation so far that the request brings."""
    return tuple(entry.message() for entry in request.short_term_memory or ())


def spoken_language(topic: str, text: str) -> Language:
    """The language of ``text``; where it has too few words, the topic's."""
    # A topic is often a word or two, too few for the detector to go by.
    return detect_language(text, detect_language(topic, "zh" if has_han(topic) else "en"))

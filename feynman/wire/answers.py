"""The bodies of answers."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from feynman.domain import Coverage, GapKind, GapStatus, HelpStep, Language, Message, NoticeCode, clean_text

__all__ = [
    "ChatResponse",
    "GapBody",
    "MemorizeResponse",
    "MemoryEntry",
    "NoticeBody",
    "PointBody",
    "ProblemBody",
    "ReadyBody",
    "Text",
    "cleaned",
]


def cleaned(value: object) -> object:
    """JSON can spell lone surrogates, which nothing behind this can store or send."""
    return clean_text(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(cleaned)]


class MemoryEntry(BaseModel):
    """One line of the conversation so far."""

    role: Text
    content: Text

    def message(self) -> Message:
        """The same as the domain has it."""
        return Message(role=self.role, content=self.content)


class GapBody(BaseModel):
    """One gap in this explanation; ``quote`` is ``explanation[start:end]``, offsets in code points."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    kind: GapKind
    quote: str | None
    start: int | None
    end: int | None
    point_index: int | None
    point: str | None
    reason: str
    confidence: float
    severity: int
    status: GapStatus


class PointBody(BaseModel):
    """A key point; for one taken out of ``reference.text``, ``[start, end)`` is its place there, in code points."""

    index: int
    text: str
    start: int | None
    end: int | None


class NoticeBody(BaseModel):
    """Something about the text or the reference that was noticed; ``message`` says it in the turn's language.

    ``points`` are indices of key points. ``detail`` is an ISO 639-1 code for ``other_language``, the number of
    sentences read for ``cut_short``, else ``null``.
    """

    code: NoticeCode
    message: str
    points: list[int]
    detail: str | None


class ChatResponse(BaseModel):
    """The student's answer.

    ``coverage`` has one entry per key point in the order given, and so has ``reference_points``. ``resolved`` are the
    ids of earlier gaps that this explanation closed. ``help`` is the rung of the help ladder that the question is on.
    ``timings`` are seconds by stage. A ``degraded`` turn was done by the built-in student, in whole or in part;
    ``degraded_code`` says why. ``usage`` is empty when no model was used.
    """

    questions: list[str]
    help: HelpStep | None
    reply: str
    session_id: str
    learner_id: str
    turn_id: str
    language: Language
    short_term_memory: list[MemoryEntry]
    gaps: list[GapBody]
    resolved: list[str]
    coverage: list[Coverage]
    reference_points: list[PointBody]
    notices: list[NoticeBody]
    engine: str
    degraded: bool
    degraded_code: str | None = None
    usage: dict[str, Any]
    timings: dict[str, float]


class ProblemBody(BaseModel):
    """Every error."""

    detail: str
    code: str
    request_id: str


class MemorizeResponse(BaseModel):
    """The conversation is stored, and so is the job ``job_id`` that will remember it.

    ``session_id`` is where it is kept, ``learner_id`` whose memory it becomes.
    """

    status: Literal["queued"] = "queued"
    job_id: str
    session_id: str
    learner_id: str


class ReadyBody(BaseModel):
    """Whether turns are taken, in one word."""

    status: Literal["healthy", "degraded", "unhealthy"]

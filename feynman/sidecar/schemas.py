"""What goes over the wire; the field names are a contract."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from feynman.domain import (
    MAX_EXPLANATION,
    MAX_TOPIC,
    Coverage,
    GapKind,
    GapStatus,
    HelpStep,
    Language,
    Message,
    NoticeCode,
    clean_text,
)
from feynman.references import MAX_TEXT

__all__ = [
    "MAX_POINT",
    "ChatRequest",
    "ChatResponse",
    "GapBody",
    "GivenId",
    "GivenPoints",
    "GivenText",
    "MemoryEntry",
    "NoticeBody",
    "PointBody",
    "ProblemBody",
    "ReferenceBody",
]

# Five hundred words; whoever gives more than one claim as one point is told so in the answer.
MAX_POINT: Final = 5_000

_MAX_POINTS: Final = 50
_ID_PATTERN: Final = r"^[\x21-\x7e]{1,64}$"


def _cleaned(value: object) -> object:
    """JSON can spell lone surrogates, which nothing behind this can store or send."""
    return clean_text(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_cleaned)]
Id = Annotated[str, Field(pattern=_ID_PATTERN), BeforeValidator(_cleaned)]


class MemoryEntry(BaseModel):
    """One line of the conversation so far."""

    role: Text
    content: Text

    def message(self) -> Message:
        """The same as the domain has it."""
        return Message(role=self.role, content=self.content)


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class GivenPoints(_Given):
    """Key points to check against, one claim each."""

    key_points: Annotated[
        list[Annotated[str, BeforeValidator(_cleaned), Field(max_length=MAX_POINT)]], Field(max_length=_MAX_POINTS)
    ]


class GivenText(_Given):
    """A text to check against, at most 200,000 characters; its most central sentences are taken as key points."""

    text: Annotated[Text, Field(json_schema_extra={"maxLength": MAX_TEXT})]


class GivenId(_Given):
    """A topic of the library to check against."""

    id: Text


ReferenceBody = GivenPoints | GivenText | GivenId


class ChatRequest(BaseModel):
    """One explanation. Only ``topic`` and ``explanation`` are needed; unknown fields are ignored.

    ``session_id`` continues a conversation. ``language`` is found out when it is ``null``. Without ``reference`` the
    topic library is asked. ``engine`` is one of those that are configured, for this turn; ``null`` is the one at work.
    """

    topic: Annotated[Text, Field(json_schema_extra={"maxLength": MAX_TOPIC})]
    explanation: Annotated[Text, Field(json_schema_extra={"maxLength": MAX_EXPLANATION})]
    session_id: Id | None = None
    learner_id: Id | None = None
    language: Language | None = None
    short_term_memory: list[MemoryEntry] | None = None
    reference: ReferenceBody | None = None
    engine: Literal["builtin", "openai", "local"] | None = None


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

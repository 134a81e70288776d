"""What requests bring; the field names are a contract."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from feynman.domain import MAX_EXPLANATION, MAX_TOPIC, VISIBLE, Language
from feynman.references import MAX_TEXT
from feynman.wire.answers import MemoryEntry, Text, cleaned

__all__ = [
    "MAX_LINES",
    "MAX_POINT",
    "ChatRequest",
    "GivenId",
    "GivenPoints",
    "GivenText",
    "MemorizeRequest",
    "ReferenceBody",
]

# Five hundred words; whoever gives more than one claim as one point is told so in the answer.
MAX_POINT: Final = 5_000
# A hundred exchanges; a longer conversation is sent in parts with one session id.
MAX_LINES: Final = 200

_MAX_POINTS: Final = 50
_ID_PATTERN: Final = r"^[\x21-\x7e]{1,64}$"

Id = Annotated[str, Field(pattern=_ID_PATTERN), BeforeValidator(cleaned)]
_VISIBLE: Final[dict[str, JsonValue]] = {"minLength": 1, "pattern": VISIBLE}

Topic = Annotated[Text, Field(json_schema_extra={**_VISIBLE, "maxLength": MAX_TOPIC})]
# The names of roles are read in any case.
_ROLE: Final = "^([Uu][Ss][Ee][Rr]|[Hh][Uu][Mm][Aa][Nn])$"
_LEARNERS_LINE: Final[dict[str, JsonValue]] = {
    "properties": {"role": {"pattern": _ROLE}, "content": _VISIBLE},
    "required": ["role", "content"],
}


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class GivenPoints(_Given):
    """Key points to check against, one claim each."""

    key_points: Annotated[
        list[Annotated[str, BeforeValidator(cleaned), Field(max_length=MAX_POINT, json_schema_extra=_VISIBLE)]],
        Field(max_length=_MAX_POINTS, json_schema_extra={"minItems": 1}),
    ]


class GivenText(_Given):
    """A text to check against, at most 200,000 characters; its most central sentences are taken as key points."""

    text: Annotated[Text, Field(json_schema_extra={**_VISIBLE, "maxLength": MAX_TEXT})]


class GivenId(_Given):
    """A topic of the library to check against."""

    id: Text


ReferenceBody = GivenPoints | GivenText | GivenId


class ChatRequest(BaseModel):
    """One explanation. Only ``topic`` and ``explanation`` are needed; unknown fields are ignored.

    ``session_id`` continues a conversation. ``language`` is found out when it is ``null``. Without ``reference`` the
    topic library is asked. ``engine`` is one of those that are configured, for this turn; ``null`` is the one at work.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "topic": "Buoyancy",
                    "explanation": "Water pushes things up. Heavy things sink and light things float.",
                    "session_id": "my-lesson",
                },
                {
                    "topic": "浮力",
                    "explanation": "水把东西往上推。",
                    "reference": {"key_points": ["浮力等于排开的水重。"]},
                },
            ]
        }
    )

    topic: Topic
    explanation: Annotated[Text, Field(json_schema_extra={**_VISIBLE, "maxLength": MAX_EXPLANATION})]
    session_id: Id | None = None
    learner_id: Id | None = None
    language: Language | None = None
    short_term_memory: list[MemoryEntry] | None = None
    reference: ReferenceBody | None = None
    engine: Literal["builtin", "openai", "local"] | None = None


class MemorizeRequest(BaseModel):
    """A conversation to remember, oldest line first; unknown fields are ignored.

    The learner's lines have the role ``user`` (or ``human``), at least one; ``system`` and ``tool`` lines are left
    out, all others are the student's. ``session_id`` is where it belongs: lines that the session has already are not
    stored again.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "topic": "Buoyancy",
                    "conversation_history": [
                        {"role": "user", "content": "Water pushes things up."},
                        {"role": "assistant", "content": "Then why does a stone sink?"},
                    ],
                    "session_id": "my-lesson",
                }
            ]
        }
    )

    topic: Topic
    conversation_history: Annotated[
        list[MemoryEntry],
        Field(min_length=1, max_length=MAX_LINES, json_schema_extra={"contains": _LEARNERS_LINE}),
    ]
    session_id: Id | None = None
    learner_id: Id | None = None

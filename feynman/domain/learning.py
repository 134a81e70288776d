"""What is kept of a conversation."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from feynman.domain.base import Frozen, Language
from feynman.domain.gap import Coverage, Gap, Question
from feynman.domain.notice import Notice
from feynman.domain.usage import Usage

__all__ = ["Belief", "Learner", "Memory", "MemoryKind", "Message", "Session", "Turn", "TurnStatus"]

TurnStatus = Literal["started", "completed", "stopped", "failed"]
MemoryKind = Literal["summary", "misconception"]


class Message(Frozen):
    """One line of a conversation in the seed's ``short_term_memory`` form."""

    role: str
    content: str


class Belief(Frozen):
    """One thing the student now believes, with the learner's words (``quote``) that made it believe so."""

    id: str
    turn_id: str
    quote: str
    start: int
    end: int
    point_index: int | None = None


class Learner(Frozen):
    """Somebody who teaches. The id is random and unguessable: whoever knows it is that learner."""

    id: str
    nickname: str
    language: Language


class Session(Frozen):
    """A conversation about one topic."""

    id: str
    learner_id: str
    topic: str
    language: Language
    topic_id: str | None = None
    created_at: datetime
    updated_at: datetime


class Turn(Frozen):
    """One exchange. ``reply`` is what the student said, as far as it came.

    ``error`` is the code of what failed: the turn, or in a degraded turn the model.
    """

    id: str
    session_id: str
    number: int = Field(ge=1)
    text: str
    language: Language
    status: TurnStatus
    reply: str = ""
    question: Question | None = None
    coverage: tuple[Coverage, ...] = ()
    found: tuple[Gap, ...] = ()
    resolved: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    engine: str = "builtin"
    degraded: bool = False
    usage: Usage | None = None
    error: str | None = None
    created_at: datetime


class Memory(Frozen):
    """A consolidated piece of what a learner taught, traceable to its session and turns.

    ``similarity`` is the cosine (0-1) to the query that found it, ``None`` outside a search.
    """

    id: str
    learner_id: str
    session_id: str
    turn_ids: tuple[str, ...]
    topic: str
    kind: MemoryKind
    text: str
    language: Language
    created_at: datetime
    updated_at: datetime
    similarity: float | None = None

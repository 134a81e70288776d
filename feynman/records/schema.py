"""The tables. ``migrations`` builds them; a test holds both together."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from sqlalchemy import JSON, ForeignKey, Index, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from feynman.domain import GapStatus, Language, MemoryKind, TurnStatus
from feynman.records.columns import CleanString, CleanText, UtcTime

__all__ = [
    "Base",
    "BeliefRow",
    "GapRow",
    "HeartbeatRow",
    "JobRow",
    "JobStatus",
    "LearnerRow",
    "MemoryRow",
    "SessionRow",
    "TurnRow",
]

JobStatus = Literal["pending", "running", "done", "failed"]

_NAMES: Final = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}

_Id = Annotated[str, mapped_column(CleanString(64))]
_Key = Annotated[str, mapped_column(CleanString(64), primary_key=True)]
_Tongue = Annotated[Language, mapped_column(CleanString(8))]
_Word = Annotated[str, mapped_column(CleanString(64))]
_Learner = Annotated[str, mapped_column(CleanString(64), ForeignKey("learner.id"))]
_Session = Annotated[str, mapped_column(CleanString(64), ForeignKey("session.id"))]
_Turn = Annotated[str, mapped_column(CleanString(64), ForeignKey("turn.id"))]


class Base(DeclarativeBase):
    """The declarative base; every constraint has a name, so that a migration can address it."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this plain dictionary
        str: CleanText,
        datetime: UtcTime,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON,
    }


class LearnerRow(Base):
    """Somebody who teaches."""

    __tablename__ = "learner"

    id: Mapped[_Key]
    nickname: Mapped[str]
    language: Mapped[_Tongue]
    created_at: Mapped[datetime]


class SessionRow(Base):
    """A conversation about one topic, with the reference it is checked against."""

    __tablename__ = "session"
    __table_args__ = (Index(None, "learner_id", "updated_at"),)

    id: Mapped[_Key]
    learner_id: Mapped[_Learner]
    topic: Mapped[str]
    topic_id: Mapped[_Word | None]
    language: Mapped[_Tongue]
    reference: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class TurnRow(Base):
    """One exchange. ``resolved`` are the ids of gaps that it closed."""

    __tablename__ = "turn"
    __table_args__ = (UniqueConstraint("session_id", "number"), Index(None, "status"))

    id: Mapped[_Key]
    session_id: Mapped[_Session]
    number: Mapped[int]
    text: Mapped[str]
    language: Mapped[_Tongue]
    status: Mapped[Annotated[TurnStatus, mapped_column(CleanString(16))]]
    reply: Mapped[str]
    question: Mapped[dict[str, Any] | None]
    coverage: Mapped[list[Any]]
    resolved: Mapped[list[Any]]
    notices: Mapped[list[Any]]
    engine: Mapped[_Word]
    degraded: Mapped[bool]
    usage: Mapped[dict[str, Any] | None]
    error: Mapped[_Word | None]
    created_at: Mapped[datetime]


class GapRow(Base):
    """One gap; ``position`` is its place among those of its turn."""

    __tablename__ = "gap"
    __table_args__ = (Index(None, "session_id", "status"), Index(None, "turn_id"))

    id: Mapped[_Key]
    session_id: Mapped[_Session]
    turn_id: Mapped[_Turn]
    position: Mapped[int]
    kind: Mapped[_Word]
    quote: Mapped[str | None]
    start: Mapped[int | None]
    end: Mapped[int | None]
    point_index: Mapped[int | None]
    point: Mapped[str | None]
    reason: Mapped[str]
    detail: Mapped[str | None]
    confidence: Mapped[float]
    severity: Mapped[int]
    status: Mapped[Annotated[GapStatus, mapped_column(CleanString(16))]]
    asked: Mapped[int]


class BeliefRow(Base):
    """One thing the student believes; ``position`` is its place among those of its turn."""

    __tablename__ = "belief"
    __table_args__ = (Index(None, "session_id"), Index(None, "turn_id"))

    id: Mapped[_Key]
    session_id: Mapped[_Session]
    turn_id: Mapped[_Turn]
    position: Mapped[int]
    quote: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    point_index: Mapped[int | None]


class JobRow(Base):
    """Work queued with its turn. ``due_at`` is when it may run, or while it runs, when its lease ends."""

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("turn_id", "kind"), Index(None, "status", "due_at"))

    id: Mapped[_Key]
    kind: Mapped[_Word]
    session_id: Mapped[_Session]
    turn_id: Mapped[_Turn]
    status: Mapped[Annotated[JobStatus, mapped_column(CleanString(16))]]
    attempts: Mapped[int]
    error: Mapped[_Word | None]
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]


class MemoryRow(Base):
    """A memory with its embedding, 512 float32 little-endian. No foreign keys: a memory may outlive its session.

    One with ``forgotten_at`` was deleted: text and embedding are empty, and its id is never stored again.
    """

    __tablename__ = "memory"
    __table_args__ = (Index(None, "learner_id", "updated_at"),)

    id: Mapped[_Key]
    learner_id: Mapped[_Id]
    session_id: Mapped[_Id]
    turn_ids: Mapped[list[Any]]
    topic: Mapped[str]
    kind: Mapped[Annotated[MemoryKind, mapped_column(CleanString(16))]]
    text: Mapped[str]
    language: Mapped[_Tongue]
    embedding: Mapped[bytes]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]


class HeartbeatRow(Base):
    """One row that ``Records.check`` writes."""

    __tablename__ = "heartbeat"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]

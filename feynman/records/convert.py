"""Rows to domain models and back."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from feynman.domain import Belief, Coverage, Gap, GapKind, Learner, Memory, Notice, Question, Session, Turn, Usage
from feynman.records.schema import BeliefRow, GapRow, LearnerRow, MemoryRow, SessionRow, TurnRow

__all__ = [
    "to_belief",
    "to_belief_row",
    "to_blob",
    "to_gap",
    "to_gap_row",
    "to_learner",
    "to_memory",
    "to_memory_row",
    "to_session",
    "to_turn",
    "to_vector",
]

_DIMENSIONS: Final = 512
_STORED: Final = np.dtype("<f4")


def to_learner(row: LearnerRow) -> Learner:
    """The learner of a row."""
    return Learner(id=row.id, nickname=row.nickname, language=row.language)


def to_session(row: SessionRow) -> Session:
    """The session of a row."""
    return Session(
        id=row.id,
        learner_id=row.learner_id,
        topic=row.topic,
        language=row.language,
        topic_id=row.topic_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def to_turn(row: TurnRow, found: Iterable[GapRow]) -> Turn:
    """The turn of a row, with the gaps found in it."""
    return Turn(
        id=row.id,
        session_id=row.session_id,
        number=row.number,
        text=row.text,
        language=row.language,
        status=row.status,
        reply=row.reply,
        question=None if row.question is None else Question.model_validate(row.question),
        coverage=tuple(Coverage.model_validate(entry) for entry in row.coverage),
        found=tuple(to_gap(gap) for gap in found),
        resolved=tuple(row.resolved),
        notices=tuple(Notice.model_validate(entry) for entry in row.notices),
        engine=row.engine,
        degraded=row.degraded,
        usage=None if row.usage is None else Usage.model_validate(row.usage),
        error=row.error,
        created_at=row.created_at,
    )


def to_gap(row: GapRow) -> Gap:
    """The gap of a row."""
    return Gap(
        id=row.id,
        kind=GapKind(row.kind),
        turn_id=row.turn_id,
        quote=row.quote,
        start=row.start,
        end=row.end,
        point_index=row.point_index,
        point=row.point,
        reason=row.reason,
        detail=row.detail,
        confidence=row.confidence,
        severity=row.severity,
        status=row.status,
        asked=row.asked,
    )


def to_gap_row(gap: Gap, turn: TurnRow, position: int) -> GapRow:
    """The row of a gap found in ``turn``."""
    fields = gap.model_dump(exclude={"turn_id", "kind"})
    return GapRow(session_id=turn.session_id, turn_id=turn.id, position=position, kind=gap.kind.value, **fields)


def to_belief(row: BeliefRow) -> Belief:
    """The belief of a row."""
    return Belief(
        id=row.id, turn_id=row.turn_id, quote=row.quote, start=row.start, end=row.end, point_index=row.point_index
    )


def to_belief_row(belief: Belief, turn: TurnRow, position: int) -> BeliefRow:
    """The row of a belief that came from ``turn``."""
    fields = belief.model_dump(exclude={"turn_id"})
    return BeliefRow(session_id=turn.session_id, turn_id=turn.id, position=position, **fields)


def to_memory(row: MemoryRow) -> Memory:
    """The memory of a row, without similarity."""
    return Memory(
        id=row.id,
        learner_id=row.learner_id,
        session_id=row.session_id,
        turn_ids=tuple(row.turn_ids),
        topic=row.topic,
        kind=row.kind,
        text=row.text,
        language=row.language,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def to_memory_row(memory: Memory, embedding: NDArray[np.float32]) -> MemoryRow:
    """The row of a memory; its similarity belongs to a search and is left out."""
    fields = memory.model_dump(exclude={"turn_ids", "similarity"})
    return MemoryRow(turn_ids=list(memory.turn_ids), embedding=to_blob(embedding), **fields)


def to_blob(embedding: NDArray[np.float32]) -> bytes:
    """A ``(512,) float32`` embedding as 2,048 bytes, little-endian; another shape is a ``ValueError``."""
    if embedding.shape != (_DIMENSIONS,):
        raise ValueError(f"an embedding has shape ({_DIMENSIONS},), not {embedding.shape}")
    return embedding.astype(_STORED).tobytes()


def to_vector(blob: bytes) -> NDArray[np.float32]:
    """The ``(512,) float32`` embedding of a blob."""
    return np.frombuffer(blob, dtype=_STORED).astype(np.float32)

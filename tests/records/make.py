"""Small values for the tests of the records."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from feynman.domain import (
    Belief,
    Coverage,
    Explanation,
    Gap,
    GapKind,
    KeyPoint,
    Learner,
    Memory,
    Misconception,
    Question,
    Reference,
    Session,
)
from feynman.records import Records, TurnOutcome

__all__ = [
    "REFERENCE",
    "START",
    "Clock",
    "belief",
    "explanation",
    "gap",
    "memory",
    "outcome",
    "started",
    "url_of",
    "vector",
]

START = datetime(2025, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)

REFERENCE = Reference(
    topic="雨",
    source="library",
    points=(KeyPoint(text="水会蒸发", probe="水去哪儿了？"), KeyPoint(text="Vapour cools")),
    misconceptions=(Misconception(claim="clouds are smoke", point=1, question="Does it smell?"),),
    terms=("蒸发", "condensation"),
    analogy="a kettle",
)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.now

    def move(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self.now += timedelta(seconds=seconds)


def url_of(path: Path) -> str:
    """The database URL of a file."""
    return f"sqlite+aiosqlite:///{path.as_posix()}"


async def started(records: Records, session_id: str | None = None) -> tuple[Learner, Session]:
    """A new learner with a new session."""
    learner = await records.learners.add("小明", "zh")
    session = await records.sessions.start(
        session_id=session_id,
        learner_id=learner.id,
        topic="rain",
        language="en",
        topic_id="water-cycle",
        reference=REFERENCE,
    )
    return learner, session


def explanation(session: Session, turn_id: str, text: str = "The sun heats water. 水会蒸发。") -> Explanation:
    """What the session's learner says."""
    return Explanation(
        topic=session.topic,
        text=text,
        language="en",
        learner_id=session.learner_id,
        session_id=session.id,
        turn_id=turn_id,
    )


def gap(gap_id: str, turn_id: str = "t1", kind: GapKind = GapKind.VAGUE) -> Gap:
    """A gap that quotes."""
    return Gap(
        id=gap_id,
        kind=kind,
        turn_id=turn_id,
        quote="The sun",
        start=0,
        end=7,
        point_index=1,
        point="Vapour cools",
        reason="说得太含糊",
        detail="sun",
        confidence=0.75,
        severity=2,
    )


def belief(belief_id: str, turn_id: str = "t1") -> Belief:
    """A belief with its words."""
    return Belief(id=belief_id, turn_id=turn_id, quote="水会蒸发", start=21, end=25, point_index=0)


def outcome(turn_id: str = "t1", **changes: object) -> TurnOutcome:
    """A completed turn with two gaps, a belief and a question about the first gap."""
    full = TurnOutcome(
        status="completed",
        reply="Hm. What does the sun do?",
        question=Question(text="What does the sun do?", gap_id=f"{turn_id}-g2", depth="deep"),
        coverage=(Coverage(index=0, point="水会蒸发", status="covered", score=0.9, quote="水会蒸发"),),
        found=(gap(f"{turn_id}-g2", turn_id), gap(f"{turn_id}-g1", turn_id)),
        beliefs=(belief(f"{turn_id}-b", turn_id),),
        engine="scripted",
        degraded=True,
        consolidate=True,
    )
    return full.model_copy(update=changes)


def memory(memory_id: str, learner_id: str = "ann", **changes: object) -> Memory:
    """A summary of a lesson."""
    kept = Memory(
        id=memory_id,
        learner_id=learner_id,
        session_id="s",
        turn_ids=("t1", "t2"),
        topic="rain",
        kind="summary",
        text="关于雨",
        language="zh",
        created_at=START,
        updated_at=START,
    )
    return kept.model_copy(update=changes)


def vector(seed: int) -> NDArray[np.float32]:
    """A random embedding, ``(512,) float32``."""
    return np.random.default_rng(seed).standard_normal(512).astype(np.float32)

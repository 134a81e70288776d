"""What happens during a turn, as one closed union: page, API, metrics and tests consume the same stream."""

from typing import Annotated, Any, Literal

from pydantic import Field

from feynman.domain.base import Frozen
from feynman.domain.gap import Coverage, Gap, Question
from feynman.domain.learning import Belief, Memory
from feynman.domain.notice import Notice

__all__ = [
    "BeliefUpdated",
    "EngineDegraded",
    "GapFound",
    "GapResolved",
    "MemorySaved",
    "NoticeGiven",
    "QuestionAsked",
    "Stage",
    "StageStarted",
    "StudyEvent",
    "TextDelta",
    "ToolState",
    "ToolUsed",
    "TurnCompleted",
    "TurnFailed",
]

Stage = Literal["waiting", "reading", "recalling", "checking", "asking", "thinking", "saving"]
ToolState = Literal["started", "finished", "failed"]


class StageStarted(Frozen):
    """The turn entered a stage of its work."""

    kind: Literal["stage_started"] = "stage_started"
    stage: Stage
    turn_id: str


class GapFound(Frozen):
    """A new gap in what the learner just said."""

    kind: Literal["gap_found"] = "gap_found"
    gap: Gap


class GapResolved(Frozen):
    """An earlier gap was closed by what the learner just said."""

    kind: Literal["gap_resolved"] = "gap_resolved"
    gap: Gap


class NoticeGiven(Frozen):
    """Something about the text or the reference that the learner should know."""

    kind: Literal["notice_given"] = "notice_given"
    notice: Notice


class BeliefUpdated(Frozen):
    """The student believes one thing more."""

    kind: Literal["belief_updated"] = "belief_updated"
    belief: Belief


class ToolUsed(Frozen):
    """The student uses a tool; ``call_id`` joins a call's two events, ``seconds`` comes with the second."""

    kind: Literal["tool_used"] = "tool_used"
    call_id: str
    tool: str
    state: ToolState
    seconds: float | None = None


class EngineDegraded(Frozen):
    """A part of this turn was done by the built-in student because the model failed with the error ``code``."""

    kind: Literal["engine_degraded"] = "engine_degraded"
    code: str


class TextDelta(Frozen):
    """The next piece of the student's reply."""

    kind: Literal["text_delta"] = "text_delta"
    text: str


class QuestionAsked(Frozen):
    """The one question of the reply; its text is part of the streamed reply."""

    kind: Literal["question_asked"] = "question_asked"
    question: Question


class MemorySaved(Frozen):
    """The turn's consolidation is durably queued; it runs behind the conversation."""

    kind: Literal["memory_saved"] = "memory_saved"
    job_id: str


class TurnCompleted(Frozen):
    """The turn is stored. ``timings`` are seconds by stage; ``open_gaps`` wait in order of severity."""

    kind: Literal["turn_completed"] = "turn_completed"
    turn_id: str
    session_id: str
    reply: str
    coverage: tuple[Coverage, ...]
    open_gaps: tuple[Gap, ...]
    notices: tuple[Notice, ...] = ()
    recalled: tuple[Memory, ...] = ()
    engine: str
    degraded: bool = False
    usage: dict[str, Any] = Field(default_factory=dict)
    timings: dict[str, float] = Field(default_factory=dict)


class TurnFailed(Frozen):
    """The turn could not be finished; the learner's text is kept."""

    kind: Literal["turn_failed"] = "turn_failed"
    turn_id: str | None
    code: str
    retryable: bool


StudyEvent = Annotated[
    StageStarted
    | GapFound
    | GapResolved
    | NoticeGiven
    | BeliefUpdated
    | ToolUsed
    | EngineDegraded
    | TextDelta
    | QuestionAsked
    | MemorySaved
    | TurnCompleted
    | TurnFailed,
    Field(discriminator="kind"),
]

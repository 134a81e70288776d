"""What every engine is: a student that examines an explanation and replies to it."""

from collections.abc import AsyncIterator
from typing import Protocol

from feynman.domain import (
    Belief,
    Coverage,
    Explanation,
    Frozen,
    Gap,
    Memory,
    Message,
    Notice,
    Question,
    Reference,
    ToolState,
    Turn,
    Usage,
)

__all__ = [
    "Analysis",
    "Aside",
    "Degradation",
    "Discovery",
    "Finding",
    "Lesson",
    "Resolution",
    "Student",
    "Thinking",
    "ToolUse",
]


class Lesson(Frozen):
    """All that a student may look at in one turn.

    ``earlier`` are the finished turns of this session, oldest first; ``open_gaps`` and ``beliefs`` come from them.
    ``history`` is a conversation the caller brought along (API only), oldest first. ``recalled`` is filled in the first
    turn of a session only.
    """

    explanation: Explanation
    reference: Reference
    earlier: tuple[Turn, ...] = ()
    open_gaps: tuple[Gap, ...] = ()
    beliefs: tuple[Belief, ...] = ()
    recalled: tuple[Memory, ...] = ()
    history: tuple[Message, ...] = ()

    @property
    def begun(self) -> bool:
        """Whether the student has answered in this session before; a turn that was stopped does not count."""
        return any(turn.status == "completed" for turn in self.earlier)


class Resolution(Frozen):
    """An open gap was closed by this explanation."""

    gap_id: str


class ToolUse(Frozen):
    """A tool call began or ended; ``seconds`` comes with its end."""

    call_id: str
    tool: str
    state: ToolState
    seconds: float | None = None


class Degradation(Frozen):
    """The rest of this examination or reply is the built-in student's; ``code`` is the model's error."""

    code: str


class Thinking(Frozen):
    """The model reasons out of sight."""


Aside = Usage | Degradation | ToolUse | Thinking
"""What an engine tells about its own work, besides findings and words."""

Discovery = Coverage | Gap | Belief | Resolution | Notice
Finding = Discovery | Aside


class Analysis(Frozen):
    """Everything found in one turn, verified.

    ``coverage`` has one entry per key point in the reference's order and counts earlier turns too.
    ``open_gaps`` are old and new together, the most severe first.
    """

    coverage: tuple[Coverage, ...] = ()
    found: tuple[Gap, ...] = ()
    resolved: tuple[Gap, ...] = ()
    open_gaps: tuple[Gap, ...] = ()
    beliefs: tuple[Belief, ...] = ()
    notices: tuple[Notice, ...] = ()


class Student(Protocol):
    """The engine protocol; implementations do not know each other."""

    @property
    def name(self) -> str:
        """The engine's name as the API reports it."""
        ...

    def warm(self) -> None:
        """Load what the first turn would otherwise wait for; may block for seconds, call it in a thread."""
        ...

    def examine(self, lesson: Lesson) -> AsyncIterator[Finding]:
        """Yield findings as they come.

        Raises:
            EngineError: the student could not do its work.
        """
        ...

    def reply(self, lesson: Lesson, analysis: Analysis) -> AsyncIterator[str | Question | Aside]:
        """Yield the reply's text in pieces and, once, the question it ends in (its text is among the pieces).

        No question comes when nothing is open.
        """
        ...

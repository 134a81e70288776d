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
    Turn,
)

__all__ = ["Analysis", "Finding", "Lesson", "Resolution", "Student"]


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


Finding = Coverage | Gap | Belief | Resolution | Notice


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

    def reply(self, lesson: Lesson, analysis: Analysis) -> AsyncIterator[str | Question]:
        """Yield the reply's text in pieces and, once, the question it ends in (its text is among the pieces).

        No question comes when nothing is open.
        """
        ...

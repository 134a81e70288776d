"""A session as it is shown: all that is stored of it."""

from feynman.domain import Belief, Coverage, Frozen, Gap, Reference, Session, Turn

__all__ = ["Conversation"]


class Conversation(Frozen):
    """A session with its turns oldest first, and its gaps and beliefs in the order they came."""

    session: Session
    reference: Reference
    turns: tuple[Turn, ...]
    gaps: tuple[Gap, ...]
    beliefs: tuple[Belief, ...]

    @property
    def coverage(self) -> tuple[Coverage, ...]:
        """The coverage after the last turn that has one."""
        return next((turn.coverage for turn in reversed(self.turns) if turn.coverage), ())

    @property
    def open_gaps(self) -> tuple[Gap, ...]:
        """Gaps still open, the most severe first."""
        waiting = (gap for gap in self.gaps if gap.status == "open")
        return tuple(sorted(waiting, key=lambda gap: (-gap.severity, gap.asked)))

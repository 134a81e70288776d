"""What is stored when a turn ends."""

from feynman.domain import Belief, Coverage, Frozen, Gap, Notice, Question, TurnStatus, Usage

__all__ = ["TurnOutcome"]


class TurnOutcome(Frozen):
    """How a turn ended and what it found.

    ``resolved`` are ids of gaps it closed; ``error`` is the code of what failed: the turn, or in a degraded turn the
    model; ``consolidate`` queues a job.
    """

    status: TurnStatus
    reply: str = ""
    question: Question | None = None
    coverage: tuple[Coverage, ...] = ()
    found: tuple[Gap, ...] = ()
    resolved: tuple[str, ...] = ()
    beliefs: tuple[Belief, ...] = ()
    notices: tuple[Notice, ...] = ()
    engine: str = "builtin"
    degraded: bool = False
    usage: Usage | None = None
    error: str | None = None
    consolidate: bool = False

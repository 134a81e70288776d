"""What flows between the nodes: data only."""

from typing import Required, TypedDict

from feynman.domain import Frozen, Memory, Question, Usage
from feynman.engines.student import Analysis, Lesson

__all__ = ["TurnResult", "TurnState", "added"]


class TurnState(TypedDict, total=False):
    """State of one turn; each node adds its part."""

    lesson: Required[Lesson]
    analysis: Analysis
    reply: str
    question: Question | None
    usage: Usage | None
    degraded: str | None


class TurnResult(Frozen):
    """What a finished turn came to; ``degraded`` is the error for which the built-in student stood in."""

    analysis: Analysis
    reply: str
    question: Question | None
    recalled: tuple[Memory, ...]
    usage: Usage | None = None
    degraded: str | None = None


def added(one: Usage | None, other: Usage | None) -> Usage | None:
    """The sum of what there is."""
    if one is None or other is None:
        return one or other
    return one + other

"""What flows between the nodes: data only."""

from typing import Required, TypedDict

from feynman.domain import Frozen, Memory, Question
from feynman.engines.student import Analysis, Lesson

__all__ = ["TurnResult", "TurnState"]


class TurnState(TypedDict, total=False):
    """State of one turn; each node adds its part."""

    lesson: Required[Lesson]
    analysis: Analysis
    reply: str
    question: Question | None


class TurnResult(Frozen):
    """What a finished turn came to."""

    analysis: Analysis
    reply: str
    question: Question | None
    recalled: tuple[Memory, ...]

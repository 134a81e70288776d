"""What the nodes may use, handed in through LangGraph's runtime context."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from feynman.domain import Explanation, Memory
from feynman.engines.student import Student

__all__ = ["Recall", "TurnContext"]

Recall = Callable[[Explanation], Awaitable[tuple[Memory, ...]]]


@dataclass(frozen=True, slots=True)
class TurnContext:
    """The dependencies of one turn."""

    student: Student
    recall: Recall

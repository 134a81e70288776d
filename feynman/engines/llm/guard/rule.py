"""What a rule for the student's words is."""

from typing import Literal, Protocol

__all__ = ["Broken", "Reason", "Rule"]

Reason = Literal["leak", "concession", "language", "lecture", "no_question"]


class Broken(Exception):
    """A sentence breaks a rule."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Rule(Protocol):
    """Looks at a sentence while it grows."""

    def held(self, sentence: str, *, whole: bool) -> int:
        """Return how many of its last characters can't be told yet; 0 when it is ``whole``.

        Raises:
            Broken: it may not be told.
        """
        ...

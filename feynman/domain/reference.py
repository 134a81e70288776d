"""What an explanation is checked against."""

from pydantic import Field

from feynman.domain.base import Frozen

__all__ = ["KeyPoint", "Misconception", "Reference"]


class KeyPoint(Frozen):
    """One claim of a reference, one sentence; ``probe`` asks for it without revealing it."""

    text: str
    probe: str | None = None


class Misconception(Frozen):
    """A typical wrong claim about a topic; ``point`` is the key point that it contradicts."""

    claim: str
    point: int = Field(ge=0)
    question: str


class Reference(Frozen):
    """Key points of a topic in one language.

    ``source`` says where they came from: the starter library, the learner's own list, a text, or nowhere
    (``none``: no key points, only gaps that need no reference can be found).
    """

    topic: str
    source: str = "none"
    points: tuple[KeyPoint, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()
    terms: tuple[str, ...] = ()
    analogy: str | None = None

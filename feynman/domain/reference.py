"""What an explanation is checked against."""

from typing import Self

from pydantic import Field, model_validator

from feynman.domain.base import Frozen

__all__ = ["KeyPoint", "Misconception", "Reference"]


class KeyPoint(Frozen):
    """One claim of a reference, one sentence; ``probe`` asks for it without revealing it.

    ``start`` and ``end`` say where it stands in ``Reference.text``, in code points, both ``None`` for a point that was
    taken from no text. ``text`` is that piece with line breaks and markup folded away.
    """

    text: str
    probe: str | None = None
    start: int | None = Field(default=None, ge=0)
    end: int | None = Field(default=None, ge=0)


class Misconception(Frozen):
    """A typical wrong claim about a topic; ``point`` is the key point that it contradicts."""

    claim: str
    point: int = Field(ge=0)
    question: str


class Reference(Frozen):
    """Key points of a topic in one language.

    ``source`` says where they came from: the starter library, the learner's own list, a text, or nowhere
    (``none``: no key points, only gaps that need no reference can be found). ``text`` is what the points of a text
    were taken from, else ``None``.
    """

    topic: str
    source: str = "none"
    points: tuple[KeyPoint, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()
    terms: tuple[str, ...] = ()
    analogy: str | None = None
    text: str | None = None

    @model_validator(mode="after")
    def _spans_lie_in_the_text(self) -> Self:
        length = 0 if self.text is None else len(self.text)
        for point in self.points:
            if (point.start is None) != (point.end is None):
                raise ValueError("a key point has a start and no end, or an end and no start")
            if point.start is not None and point.end is not None and not point.start < point.end <= length:
                raise ValueError("a key point lies outside its reference's text")
        return self

"""One verdict with everything it is held against."""

from dataclasses import dataclass
from functools import cached_property

from feynman.domain import GapKind, Language, Span
from feynman.engines.llm.schema import Verdict
from feynman.engines.llm.verify.support import Support
from feynman.engines.student import Lesson
from feynman.text.sentences import split_sentences
from feynman.text.spans import locate

__all__ = ["Case", "Draft", "overlap"]

_LONGEST = 300  # code points; a quotation that is longer points at nothing


@dataclass(frozen=True, slots=True)
class Draft:
    """A gap that holds, before it has an id and words."""

    kind: GapKind
    confidence: float
    severity: int
    span: Span | None = None
    point_index: int | None = None
    detail: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class Case:
    """The lesson, the verdict about its explanation, and how to tell whether a quote supports it."""

    lesson: Lesson
    verdict: Verdict
    support: Support

    @property
    def text(self) -> str:
        """The explanation."""
        return self.lesson.explanation.text

    @property
    def language(self) -> Language:
        """Its language."""
        return self.lesson.explanation.language

    @cached_property
    def points(self) -> tuple[str, ...]:
        """The key points."""
        return tuple(point.text for point in self.lesson.reference.points)

    def place(self, quote: str | None) -> Span | None:
        """Where ``quote`` stands in the explanation; of a long one its first sentence."""
        found = None if quote is None else locate(quote, self.text)
        if found is None or len(found.text) <= _LONGEST:
            return found
        first = split_sentences(found.text, self.language)[0]
        return locate(first.text, self.text)

    def index(self, number: int | None) -> int | None:
        """The index of key point ``number`` (from 1) if there is one."""
        return number - 1 if number is not None and 1 <= number <= len(self.points) else None


def overlap(one: Span | None, other: Span | None) -> bool:
    """Whether two places in the text have a character in common."""
    return one is not None and other is not None and one.start < other.end and other.start < one.end

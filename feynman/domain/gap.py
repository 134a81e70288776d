"""What is missing, wrong or unclear in an explanation, and what the student asks about it."""

from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from feynman.domain.base import Frozen

__all__ = ["CATEGORIES", "Coverage", "CoverageStatus", "Depth", "Gap", "GapKind", "GapStatus", "HelpStep", "Question"]


class GapKind(StrEnum):
    """The nine kinds of gap."""

    FACTUAL_ERROR = "factual_error"
    MISSING_POINT = "missing_point"
    CAUSAL_GAP = "causal_gap"
    MECHANISM_GAP = "mechanism_gap"
    UNDEFINED_TERM = "undefined_term"
    CIRCULAR = "circular"
    VAGUE = "vague"
    BOUNDARY = "boundary"
    MISSING_EXAMPLE = "missing_example"

    @property
    def category(self) -> str:
        """The seed document's category: fact, logic, mechanism or definition."""
        return CATEGORIES[self]

    @property
    def quotes(self) -> bool:
        """Whether a gap of this kind points at words of the learner; an omission has none to point at."""
        return self not in (GapKind.MISSING_POINT, GapKind.MISSING_EXAMPLE)


CATEGORIES = {
    GapKind.FACTUAL_ERROR: "fact",
    GapKind.MISSING_POINT: "fact",
    GapKind.CAUSAL_GAP: "logic",
    GapKind.MECHANISM_GAP: "mechanism",
    GapKind.UNDEFINED_TERM: "definition",
    GapKind.CIRCULAR: "definition",
    GapKind.VAGUE: "logic",
    GapKind.BOUNDARY: "logic",
    GapKind.MISSING_EXAMPLE: "mechanism",
}

GapStatus = Literal["open", "resolved", "disputed"]
CoverageStatus = Literal["covered", "partial", "missing", "contradicted"]
Depth = Literal["shallow", "intermediate", "deep"]
HelpStep = Literal["question", "hint", "where", "answer"]


class Coverage(Frozen):
    """How far the learner has said one key point; ``index`` is its place in the reference."""

    index: int = Field(ge=0)
    point: str
    status: CoverageStatus
    score: float = Field(ge=0, le=1)
    quote: str | None = None


class Gap(Frozen):
    """One gap. ``quote`` is verbatim at ``[start, end)`` of the turn's text, all three ``None`` for an omission.

    ``detail`` is the piece the question needs (a term, a misconception's question); ``reason`` is a sentence in
    the learner's language. ``turn_id`` is the turn in which it was found.
    """

    id: str
    kind: GapKind
    turn_id: str
    quote: str | None = None
    start: int | None = None
    end: int | None = None
    point_index: int | None = None
    point: str | None = None
    reason: str
    detail: str | None = None
    confidence: float = Field(ge=0, le=1)
    severity: int = Field(ge=1, le=3)
    status: GapStatus = "open"
    asked: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _quote_is_whole(self) -> "Gap":
        parts = (self.quote, self.start, self.end)
        if any(part is None for part in parts) and any(part is not None for part in parts):
            raise ValueError("quote, start and end come together")
        return self


class Question(Frozen):
    """One thing the student asks; depth after Graesser & Person (1994), Am. Educ. Res. J. 31(1).

    ``help`` is the rung of the help ladder when the learner asked for help: another question, a hint, where to look in
    the reference, the full explanation.
    """

    text: str
    gap_id: str | None
    depth: Depth
    help: HelpStep | None = None

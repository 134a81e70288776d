"""Lessons and findings to test with."""

from feynman.domain import Belief, Explanation, Gap, GapKind, KeyPoint, Reference
from feynman.engines.student import Lesson

__all__ = ["TEXT", "belief", "gap", "lesson"]

TEXT = "Water lifts a ship because of some kind of magic."


def lesson(text: str = TEXT, *, open_gaps: tuple[Gap, ...] = (), points: int = 2) -> Lesson:
    """A first turn about ships with ``points`` key points."""
    explanation = Explanation(
        topic="Ships", text=text, language="en", learner_id="learner", session_id="session", turn_id="turn"
    )
    reference = Reference(
        topic="Ships", source="given", points=tuple(KeyPoint(text=f"Point number {n}.") for n in range(points))
    )
    return Lesson(explanation=explanation, reference=reference, open_gaps=open_gaps)


def gap(kind: GapKind = GapKind.VAGUE, quote: str | None = "some kind of magic", **changes: object) -> Gap:
    """A gap in ``TEXT``."""
    start = TEXT.find(quote) if quote is not None else None
    values: dict[str, object] = {
        "id": "gap",
        "kind": kind,
        "turn_id": "turn",
        "quote": quote,
        "start": start,
        "end": None if start is None or quote is None else start + len(quote),
        "reason": "I do not see how.",
        "confidence": 0.8,
        "severity": 2,
    }
    return Gap.model_validate(values | changes)


def belief(quote: str = "Water lifts a ship") -> Belief:
    """A belief from ``TEXT``."""
    start = TEXT.find(quote)
    return Belief(id="belief", turn_id="turn", quote=quote, start=start, end=start + len(quote), point_index=0)

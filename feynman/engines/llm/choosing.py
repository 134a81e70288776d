"""What the next question is about: decided here, not by the model."""

from typing import Final

from feynman.domain import Depth, Gap, GapKind, Language
from feynman.engines.llm.prompts import Aim, Conversation
from feynman.engines.student import Analysis, Lesson
from feynman.text.language import detect_language

__all__ = ["aim_of", "choose", "conversation_of"]

_PATIENCE: Final = 2  # times the same error is asked about in a row at most
_ASKED_COST: Final = 1.2  # so that a grave gap asked once lets a lesser one go first
_EXCHANGES: Final = 4
_BELIEFS: Final = 20
_MEMORIES: Final = 3
_DEPTHS: Final[dict[GapKind, Depth]] = {
    GapKind.CAUSAL_GAP: "deep",
    GapKind.MECHANISM_GAP: "deep",
    GapKind.CIRCULAR: "deep",
    GapKind.BOUNDARY: "deep",
    GapKind.FACTUAL_ERROR: "deep",
    GapKind.MISSING_POINT: "intermediate",
    GapKind.VAGUE: "intermediate",
    GapKind.UNDEFINED_TERM: "shallow",
    GapKind.MISSING_EXAMPLE: "shallow",
}


def choose(lesson: Lesson, analysis: Analysis) -> Gap | None:
    """Return the worst open gap that was asked about least; an error that still stands is stayed with, but not long."""
    last = _asked(lesson, analysis)
    if last is not None and last.kind == GapKind.FACTUAL_ERROR and last.asked < _PATIENCE:
        return last
    waiting = [gap for gap in analysis.open_gaps if last is None or gap.id != last.id] or list(analysis.open_gaps)
    fresh = {gap.id for gap in analysis.found}
    return min(
        waiting,
        key=lambda gap: (_ASKED_COST * gap.asked - gap.severity, gap.asked, gap.id not in fresh, -gap.confidence),
        default=None,
    )


def aim_of(gap: Gap, lesson: Lesson, analysis: Analysis) -> Aim:
    """What the model may know of ``gap``: never its key point."""
    language = lesson.explanation.language
    points, at = lesson.reference.points, gap.point_index
    probe = points[at].probe if at is not None and at < len(points) else None
    asks = gap.detail if gap.kind == GapKind.FACTUAL_ERROR and gap.detail != gap.quote else None
    return Aim(
        kind=gap.kind,
        depth=_DEPTHS[gap.kind],
        quote=gap.quote,
        probe=_spoken(asks or (probe if gap.kind == GapKind.MISSING_POINT else None), language),
        near=_near(gap, lesson, analysis) if gap.kind == GapKind.MISSING_POINT else None,
        standing=gap.kind == GapKind.FACTUAL_ERROR and gap.asked > 0,
    )


def conversation_of(lesson: Lesson, analysis: Analysis) -> Conversation:
    """What the student has heard and said; the last of it."""
    pairs = [(turn.text, turn.reply) for turn in lesson.earlier]
    if not lesson.earlier:
        pairs = [
            (message.content, "") if message.role == "user" else ("", message.content) for message in lesson.history
        ]
    recalled = [memory.text for memory in lesson.recalled if memory.language == lesson.explanation.language]
    beliefs = dict.fromkeys(belief.quote for belief in [*lesson.beliefs, *analysis.beliefs])
    return Conversation(
        topic=lesson.explanation.topic,
        beliefs=tuple(beliefs)[-_BELIEFS:],
        memories=tuple(recalled[:_MEMORIES]),
        exchanges=tuple(pairs[-_EXCHANGES:]),
        text=lesson.explanation.text,
    )


def _asked(lesson: Lesson, analysis: Analysis) -> Gap | None:
    """The gap of the last question, if it still stands open."""
    question = lesson.earlier[-1].question if lesson.earlier else None
    if question is None:
        return None
    return next((gap for gap in analysis.open_gaps if gap.id == question.gap_id), None)


def _spoken(text: str | None, language: Language) -> str | None:
    return text if text and detect_language(text, language) == language else None


def _near(gap: Gap, lesson: Lesson, analysis: Analysis) -> str | None:
    """The learner's words for the point nearest to the gap's: something to ask on from."""
    known = [belief for belief in [*lesson.beliefs, *analysis.beliefs] if belief.point_index is not None]
    at = gap.point_index
    if at is None or not known:
        return None
    return min(known, key=lambda belief: abs(2 * ((belief.point_index or 0) - at) + 1)).quote

"""How far each key point was said, counting earlier turns."""

from collections.abc import Mapping
from typing import Final

from feynman.domain import Coverage, CoverageStatus, GapKind, Span
from feynman.engines.copying import copied
from feynman.engines.llm.verify.case import Case

__all__ = ["Standing", "said_now", "standing"]

_SCORES: Final[dict[CoverageStatus, float]] = {"covered": 1.0, "partial": 0.5, "missing": 0.0, "contradicted": 0.0}

Standing = tuple[CoverageStatus, Span | None]
"""A point's status by this turn alone and the words that show it; there are none only when it is missing."""

_NOTHING: Final[Standing] = ("missing", None)


def said_now(case: Case) -> list[Standing]:
    """What this turn alone says about each point; a verdict without words in the text that are about it is nothing."""
    claimed: dict[int, Standing] = {}
    for entry in case.verdict.points:
        at = case.index(entry.point)
        if at is None or at in claimed:
            continue
        span = case.place(entry.quote)
        claimed[at] = (_earned(case, entry.status, span), span) if _shows(case, at, entry.status, span) else _NOTHING
    return [claimed.get(at, _NOTHING) for at in range(len(case.points))]


def _earned(case: Case, status: CoverageStatus, span: Span | None) -> CoverageStatus:
    """What the student has read out itself, as the last help, counts in part until it comes in other words."""
    return "partial" if status == "covered" and span is not None and copied(case.lesson, (span,)) else status


def _shows(case: Case, at: int, status: CoverageStatus, span: Span | None) -> bool:
    if status == "missing" or span is None or not case.support.is_about(span.text, case.points[at]):
        return False
    wrong = [gap.quote for gap in case.lesson.open_gaps if gap.kind == GapKind.FACTUAL_ERROR and gap.quote is not None]
    return status == "contradicted" or all(case.support.says_more(span.text, quote) for quote in wrong)


def standing(case: Case, now: list[Standing], denied: Mapping[int, str | None]) -> list[Coverage]:
    """Join this turn with those before; ``denied`` are the points that words not taken back go against."""
    before = _before(case)
    return [
        Coverage(index=at, point=point, status="contradicted", score=0.0, quote=denied[at])
        if at in denied
        else _joined(case, at, now[at], before.get(at))
        for at, point in enumerate(case.points)
    ]


def _before(case: Case) -> dict[int, Coverage]:
    turns = [turn for turn in case.lesson.earlier if turn.coverage]
    return {entry.index: entry for entry in turns[-1].coverage} if turns else {}


def _joined(case: Case, at: int, now: Standing, before: Coverage | None) -> Coverage:
    status, span = ("missing", None) if now[0] == "contradicted" else now
    if before is not None and _SCORES[before.status] >= max(_SCORES[status], _SCORES["partial"]):
        return before.model_copy(update={"point": case.points[at]})
    quote = None if span is None else span.text
    return Coverage(index=at, point=case.points[at], status=status, score=_SCORES[status], quote=quote)

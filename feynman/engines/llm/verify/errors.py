"""What was said and is not so."""

import re
from collections.abc import Iterator
from typing import Final

from feynman.domain import GapKind
from feynman.engines.llm.schema import GapVerdict
from feynman.engines.llm.verify.case import Case, Draft, overlap
from feynman.engines.llm.verify.coverage import Standing
from feynman.text.spans import locate

__all__ = ["errors"]

_SURE: Final = 0.5
_SURE_OF_A_SUM: Final = 0.8
_MOST: Final = 2
_GRAVE: Final = 3
_NUMBER: Final = re.compile(r"\d")
_NUMBERS: Final = 2


def errors(case: Case, now: list[Standing]) -> list[Draft]:
    """At most two: each quotes the learner and goes against a key point, or is a sum that does not come out."""
    kept: list[Draft] = []
    for draft in sorted([*_named(case, now), *_contradicted(now)], key=lambda draft: -draft.confidence):
        if not any(overlap(draft.span, other.span) or _same_point(draft, other) for other in kept):
            kept.append(draft)
    return kept[:_MOST]


def _same_point(one: Draft, other: Draft) -> bool:
    return one.point_index is not None and one.point_index == other.point_index


def _named(case: Case, now: list[Standing]) -> Iterator[Draft]:
    for gap in case.verdict.gaps:
        if GapKind(gap.kind) == GapKind.FACTUAL_ERROR and gap.confidence >= _SURE:
            draft = _draft(case, gap, now)
            if draft is not None:
                yield draft


def _draft(case: Case, gap: GapVerdict, now: list[Standing]) -> Draft | None:
    span, at = case.place(gap.quote), _point(case, gap)
    if span is None:
        return None
    if at is None:
        sum_like = len(_NUMBER.findall(span.text)) >= _NUMBERS and gap.confidence >= _SURE_OF_A_SUM
        detail = span.text  # says that it is a sum, as the built-in student does
        return Draft(GapKind.FACTUAL_ERROR, gap.confidence, _GRAVE, span, None, detail) if sum_like else None
    status, shown = now[at]
    if (status == "covered" and overlap(span, shown)) or not case.support.is_about(span.text, case.points[at]):
        return None
    return Draft(
        GapKind.FACTUAL_ERROR, gap.confidence, _GRAVE, span, at, _doubt(case, at, span.text), reason=gap.reason
    )


def _point(case: Case, gap: GapVerdict) -> int | None:
    """The key point that the gap cites; words cited from it must stand in it."""
    at = case.index(gap.point)
    if gap.reference is None:
        return at
    if at is not None and locate(gap.reference, case.points[at]) is not None:
        return at
    found = [index for index, point in enumerate(case.points) if locate(gap.reference, point) is not None]
    return found[0] if found else None


def _contradicted(now: list[Standing]) -> Iterator[Draft]:
    for at, (status, span) in enumerate(now):
        if status == "contradicted":
            yield Draft(GapKind.FACTUAL_ERROR, _SURE, _GRAVE, span, at)


def _doubt(case: Case, at: int, quote: str) -> str | None:
    """The reference's own question about a typical wrong claim, when this is it."""
    return next(
        (
            wrong.question
            for wrong in case.lesson.reference.misconceptions
            if wrong.point == at and case.support.is_about(quote, wrong.claim)
        ),
        None,
    )

"""From a verdict to findings."""

from collections.abc import Callable, Iterator

from feynman.domain import Belief, Gap, GapKind, ModelAnswerUnusable, Span
from feynman.engines.llm.guard.secrets import hidden_words
from feynman.engines.llm.prompts import prompts
from feynman.engines.llm.schema import Verdict
from feynman.engines.llm.verify.case import Case, Draft, overlap
from feynman.engines.llm.verify.coverage import Standing, said_now, standing
from feynman.engines.llm.verify.errors import errors
from feynman.engines.llm.verify.settled import closes, put_right
from feynman.engines.llm.verify.support import Encoder, Support
from feynman.engines.llm.verify.unclear import is_known, missing, unclear
from feynman.engines.student import Discovery, Lesson, Resolution
from feynman.text.language import detect_language
from feynman.text.tokens import content_words

__all__ = ["verified"]

_MOST_BELIEFS = 5
_LONGEST_REASON = 200


def verified(verdict: Verdict, lesson: Lesson, encoder: Encoder, new_id: Callable[[], str]) -> list[Discovery]:
    """Return coverage, new gaps, closed gaps and beliefs, in this order; computes, so call it in a thread.

    Raises:
        ModelAnswerUnusable: the verdict is about other key points than the lesson's.
    """
    points = [point.text for point in lesson.reference.points]
    question = lesson.earlier[-1].question if lesson.earlier else None
    support = Support(encoder, lesson.explanation.language, points, "" if question is None else question.text)
    case = Case(lesson, verdict, support)
    if case.points and not any(case.index(entry.point) is not None for entry in verdict.points):
        raise ModelAnswerUnusable("no key point was judged")
    now = said_now(case)
    wrong = errors(case, now)
    now = [("missing", None) if _spoilt(entry, wrong) else entry for entry in now]
    right = put_right(case, now, wrong)
    coverage = standing(case, now, _denied(lesson, wrong, right))
    vague = unclear(case, wrong)
    drafts = [draft for draft in [*wrong, *missing(coverage), *vague] if not is_known(case, draft)]
    closed = [
        gap.id
        for gap in lesson.open_gaps
        if (gap.id in right if gap.kind == GapKind.FACTUAL_ERROR else closes(gap, case, coverage, vague))
    ]
    unsaid = hidden_words(lesson, [entry.point for entry in coverage if entry.status != "covered"])
    return [
        *coverage,
        *(_gap(draft, case, unsaid, new_id()) for draft in drafts),
        *(Resolution(gap_id=gap_id) for gap_id in closed),
        *_beliefs(case, now, [*wrong, *vague], new_id),
    ]


def _spoilt(entry: Standing, wrong: list[Draft]) -> bool:
    """Whether words said to cover a point are those in which something is wrong."""
    return entry[0] in ("covered", "partial") and any(overlap(entry[1], draft.span) for draft in wrong)


def _denied(lesson: Lesson, wrong: list[Draft], right: set[str]) -> dict[int, str | None]:
    """Points that something wrong goes against, with the learner's words."""
    stands = [gap for gap in lesson.open_gaps if gap.kind == GapKind.FACTUAL_ERROR and gap.id not in right]
    old = {gap.point_index: gap.quote for gap in stands if gap.point_index is not None}
    new = {draft.point_index: draft.span.text for draft in wrong if draft.point_index is not None and draft.span}
    return {**old, **new}


def _gap(draft: Draft, case: Case, unsaid: frozenset[str], gap_id: str) -> Gap:
    span, at = draft.span, draft.point_index
    return Gap(
        id=gap_id,
        kind=draft.kind,
        turn_id=case.lesson.explanation.turn_id,
        quote=None if span is None else span.text,
        start=None if span is None else span.start,
        end=None if span is None else span.end,
        point_index=at,
        point=None if at is None else case.points[at],
        reason=_reason(draft, case, unsaid),
        detail=draft.detail,
        confidence=draft.confidence,
        severity=draft.severity,
    )


def _reason(draft: Draft, case: Case, unsaid: frozenset[str]) -> str:
    """The model's words if they are in the learner's language, short, and tell nothing of the answer."""
    said = " ".join(draft.reason.split())
    fits = (
        0 < len(said) <= _LONGEST_REASON
        and detect_language(said, case.language) == case.language
        and unsaid.isdisjoint(content_words(said, case.language))
    )
    return said if fits else prompts(case.language).reason(draft.kind)


def _beliefs(case: Case, now: list[Standing], doubtful: list[Draft], new_id: Callable[[], str]) -> Iterator[Belief]:
    """What may be believed: words that newly cover a point or, with no reference, plain statements that stand."""
    known = {belief.point_index for belief in case.lesson.beliefs}
    pairs: list[tuple[int | None, Span]] = [
        (at, span) for at, (status, span) in enumerate(now) if status == "covered" and span and at not in known
    ]
    if not case.points:
        spans = [span for quote in case.verdict.beliefs for span in [case.place(quote)] if span is not None]
        pairs += [(None, span) for span in dict.fromkeys(spans)][:_MOST_BELIEFS]
    unsure = [draft.span for draft in doubtful if draft.kind != GapKind.UNDEFINED_TERM]
    for at, span in pairs:
        if not any(overlap(span, other) for other in unsure):
            yield Belief(
                id=new_id(),
                turn_id=case.lesson.explanation.turn_id,
                quote=span.text,
                start=span.start,
                end=span.end,
                point_index=at,
            )

"""All findings of one turn."""

from collections.abc import Callable, Mapping

from feynman.domain import Belief, Coverage, Gap, GapKind
from feynman.engines.builtin.arithmetic import arithmetic
from feynman.engines.builtin.beliefs import believed
from feynman.engines.builtin.causal import asks_why, reasons_left_out
from feynman.engines.builtin.circular import circles
from feynman.engines.builtin.clarity import black_boxes, boundaries, vague
from feynman.engines.builtin.contradiction import contradictions
from feynman.engines.builtin.cumulative import before, newly_covered, now
from feynman.engines.builtin.examples import missing_example
from feynman.engines.builtin.misconceptions import claims_stated, misconceptions, suspicions
from feynman.engines.builtin.noticing import look_at
from feynman.engines.builtin.phrasing import phrases
from feynman.engines.builtin.resolve import closes
from feynman.engines.builtin.scene import Draft, Scene, without
from feynman.engines.builtin.terms import unexplained_terms
from feynman.engines.builtin.wavering import wavering
from feynman.engines.student import Finding, Resolution

__all__ = ["identify"]

_MOST_UNCLEAR = 2
_MOST_WRONG = 2
_MOSTLY = 0.6  # of a sentence


def identify(scene: Scene, new_id: Callable[[], str]) -> list[Finding]:
    """Return notices, coverage, new gaps, closed gaps and beliefs, in this order."""
    noticed = look_at(scene)
    stated = list(claims_stated(scene))
    suspected = suspicions(scene, stated)
    wrong = noticed.fair(
        _apart([*misconceptions(scene, stated), *contradictions(scene), *wavering(scene), *arithmetic(scene)])
    )
    scene = without(scene, [*wrong, *_hollow(scene)])
    earlier = before(scene)
    coverage = noticed.settled(now(scene, earlier, wrong), earlier)
    errors = wrong[:_MOST_WRONG]
    missing = [draft for draft in _missing(scene, coverage, suspected) if draft.point_index not in noticed.odd.unasked]
    # The rules of clarity read Chinese and English; a third language's words would all look unexplained.
    drafts = [*errors, *missing, *([] if noticed.foreign else _unclear(scene, errors))]
    fresh = [draft for draft in drafts if not _known(draft, scene)]
    closed = [gap for gap in scene.lesson.open_gaps if closes(gap, scene, coverage, wrong, fresh)]
    if not drafts and len(closed) == len(scene.lesson.open_gaps):
        drafts = missing_example(scene)
    new = [draft for draft in drafts if not _known(draft, scene)]
    covered = newly_covered(earlier, coverage)
    return [
        *noticed.notices,
        *coverage,
        *(_gap(draft, scene, new_id()) for draft in new),
        *(Resolution(gap_id=gap.id) for gap in closed),
        *_beliefs(scene, covered, [*wrong, *drafts], new_id),
    ]


def _hollow(scene: Scene) -> list[Draft]:
    """Vague sentences that are nothing else: naming what a point is about does not say the point."""
    whole = {(sentence.start, sentence.end): len(sentence.text) for sentence in scene.reading.sentences}
    return [
        draft
        for draft in vague(scene)
        for start, end in whole
        if draft.span is not None and start <= draft.span.start < end
        if len(draft.span.text) >= _MOSTLY * whole[start, end]
    ]


def _missing(scene: Scene, coverage: list[Coverage], suspected: Mapping[int, str | None]) -> list[Draft]:
    return [
        Draft(
            GapKind.MISSING_POINT,
            round(1 - entry.score, 2),
            3 if asks_why(scene, entry.index) or entry.index in suspected else 2,
            point_index=entry.index,
            detail=suspected.get(entry.index),
        )
        for entry in coverage
        if entry.status == "missing"
    ]


def _unclear(scene: Scene, errors: list[Draft]) -> list[Draft]:
    """At most two that quote, the surest first, none where something is wrong already; and a missing example."""
    if scene.intent not in ("explains", "short"):
        return []
    candidates = [
        *black_boxes(scene),
        *circles(scene),
        *unexplained_terms(scene),
        *reasons_left_out(scene),
        *vague(scene),
        *boundaries(scene),
    ]
    fresh = [draft for draft in candidates if not _known(draft, scene)]
    apart = _apart([*errors, *sorted(fresh, key=lambda draft: -draft.confidence)])
    quoting = [draft for draft in apart if draft not in errors][:_MOST_UNCLEAR]
    return [*quoting, *(missing_example(scene) if scene.goals.points else ())]


def _apart(drafts: list[Draft]) -> list[Draft]:
    """Only the first of drafts that quote overlapping places or contradict the same point."""
    kept: list[Draft] = []
    for draft in drafts:
        if not any(_overlap(draft, other) for other in kept):
            kept.append(draft)
    return kept


def _overlap(one: Draft, other: Draft) -> bool:
    errors = one.kind == other.kind == GapKind.FACTUAL_ERROR and one.point_index is not None
    if errors and one.point_index == other.point_index:
        return True
    if one.span is None or other.span is None:
        return False
    return one.span.start < other.span.end and other.span.start < one.span.end


def _known(draft: Draft, scene: Scene) -> bool:
    """Whether the gap stands open, or was raised before: what was settled or disputed is not raised again."""
    return any(_same(draft, gap) for gap in scene.lesson.open_gaps) or any(
        _same(draft, gap) for turn in scene.lesson.earlier for gap in turn.found
    )


def _same(draft: Draft, gap: Gap) -> bool:
    if draft.kind != gap.kind:
        return False
    if draft.kind == GapKind.UNDEFINED_TERM:
        return (draft.detail or "").casefold() == (gap.detail or "").casefold()
    if draft.kind in (GapKind.MISSING_POINT, GapKind.MISSING_EXAMPLE):
        return draft.point_index == gap.point_index
    if draft.kind == GapKind.FACTUAL_ERROR and draft.point_index is not None and gap.status == "open":
        return draft.point_index == gap.point_index and _shares_words(draft, gap)
    return _shares_words(draft, gap)


def _shares_words(draft: Draft, gap: Gap) -> bool:
    one, other = ("" if draft.span is None else draft.span.text).casefold(), (gap.quote or "").casefold()
    return bool(one and other) and (one in other or other in one)


def _gap(draft: Draft, scene: Scene, gap_id: str) -> Gap:
    points = scene.lesson.reference.points
    span, at = draft.span, draft.point_index
    reasons: dict[str, str] = phrases(scene.language)["reasons"]
    return Gap(
        id=gap_id,
        kind=draft.kind,
        turn_id=scene.lesson.explanation.turn_id,
        quote=None if span is None else span.text,
        start=None if span is None else span.start,
        end=None if span is None else span.end,
        point_index=at,
        point=None if at is None else points[at].text,
        reason=reasons[_reason(draft, scene)],
        detail=draft.detail,
        confidence=draft.confidence,
        severity=draft.severity,
    )


def _reason(draft: Draft, scene: Scene) -> str:
    if draft.kind == GapKind.FACTUAL_ERROR:
        if any(draft.detail == belief.quote for belief in scene.lesson.beliefs):
            return "wavering"
        if draft.point_index is None:
            return "arithmetic"
    return draft.kind


def _beliefs(scene: Scene, covered: list[int], drafts: list[Draft], new_id: Callable[[], str]) -> list[Belief]:
    return [
        Belief(
            id=new_id(),
            turn_id=scene.lesson.explanation.turn_id,
            quote=span.text,
            start=span.start,
            end=span.end,
            point_index=point,
        )
        for point, span in believed(scene, covered, drafts)
    ]

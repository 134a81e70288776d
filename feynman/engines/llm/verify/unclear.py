"""What was left out or left unclear."""

from collections.abc import Iterator
from typing import Final

from feynman.domain import Coverage, Gap, GapKind
from feynman.engines.llm.schema import GapVerdict
from feynman.engines.llm.verify.case import Case, Draft, overlap
from feynman.text.sentences import split_sentences

__all__ = ["is_known", "missing", "unclear"]

_MOST: Final = 2
_SURE: Final = 0.4
_ENOUGH: Final = 4  # sentences without an example
_LONGEST_TERM: Final = 60


def missing(coverage: list[Coverage]) -> Iterator[Draft]:
    """One draft for each point of which nothing was said."""
    for entry in coverage:
        if entry.status == "missing":
            yield Draft(GapKind.MISSING_POINT, 0.9, 2, point_index=entry.index)


def unclear(case: Case, taken: list[Draft]) -> list[Draft]:
    """At most two, the gravest first, none where something is ``taken`` already."""
    kept: list[Draft] = []
    for gap in sorted(case.verdict.gaps, key=lambda gap: (-gap.severity, -gap.confidence)):
        if GapKind(gap.kind) == GapKind.FACTUAL_ERROR or gap.confidence < _SURE:
            continue
        draft = _draft(case, gap)
        if draft is None or is_known(case, draft):
            continue
        if not any(overlap(draft.span, other.span) for other in [*taken, *kept]):
            kept.append(draft)
    return kept[:_MOST]


def _draft(case: Case, gap: GapVerdict) -> Draft | None:
    kind = GapKind(gap.kind)
    if kind == GapKind.MISSING_EXAMPLE:
        return Draft(kind, gap.confidence, 1, reason=gap.reason) if _abstract(case) else None
    span = case.place(gap.quote)
    if kind == GapKind.UNDEFINED_TERM:
        term = case.place(gap.term if gap.term is not None and len(gap.term) <= _LONGEST_TERM else None)
        if term is None:
            return None
        return Draft(kind, gap.confidence, gap.severity, span or term, None, term.text, gap.reason)
    if span is None:
        return None
    return Draft(kind, gap.confidence, gap.severity, span, case.index(gap.point), None, gap.reason)


def _abstract(case: Case) -> bool:
    """Whether enough was said without an example, for the first time in the session."""
    texts = [*(turn.text for turn in case.lesson.earlier), case.text]
    asked = any(gap.kind == GapKind.MISSING_EXAMPLE for turn in case.lesson.earlier for gap in turn.found)
    return not asked and len(split_sentences("\n".join(texts), case.language)) >= _ENOUGH


def is_known(case: Case, draft: Draft) -> bool:
    """Whether the gap stands open or was raised before: what was settled or disputed is not raised again."""
    known = [*case.lesson.open_gaps, *(gap for turn in case.lesson.earlier for gap in turn.found)]
    return any(_same(draft, gap) for gap in known)


def _same(draft: Draft, gap: Gap) -> bool:
    if draft.kind != gap.kind:
        return False
    if draft.kind == GapKind.UNDEFINED_TERM:
        return (draft.detail or "").casefold() == (gap.detail or "").casefold()
    if not draft.kind.quotes:
        return draft.point_index == gap.point_index
    if draft.kind == GapKind.FACTUAL_ERROR and draft.point_index is not None and gap.status == "open":
        return draft.point_index == gap.point_index
    one, other = ("" if draft.span is None else draft.span.text).casefold(), (gap.quote or "").casefold()
    return bool(one and other) and (one in other or other in one)

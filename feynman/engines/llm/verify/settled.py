"""Which open gaps this turn closes: only those that new words answer."""

import re
from typing import Final

from feynman.domain import Coverage, Gap, GapKind, Language
from feynman.engines.llm.verify.case import Case, Draft, overlap
from feynman.engines.llm.verify.coverage import Standing
from feynman.text.sentences import split_sentences
from feynman.text.spans import locate
from feynman.text.tokens import content_words

__all__ = ["closes", "put_right"]

_NEW: Final = 2  # content words that the gap's own quotation does not have
_INSISTS: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(
        r"\b(?:text ?book|teacher|professor|wikipedia|internet|everyone|everybody|trust me|believe me"
        r"|i'm (?:sure|certain)|i am (?:sure|certain)|i know (?:that|it)|don't say|do not say"
        r"|i'm right|i am right|you're wrong|you are wrong|just accept|accept (?:it|that)|no matter what"
        r"|mark (?:it|this|that|every)|ignore)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"课本|教科书|书上|老师|教授|百度|网上|大家都|所有人都|相信我|我确定|我肯定|我很确定|别说我|不要说我|我是对的|我没错|我没有错|你错了"
        r"|就是这样|就这么|你就接受|请接受|标为|标记为|忽略"
    ),
}
_TAKES_BACK: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(
        r"\bi (?:was|am) wrong|\bi (?:misspoke|meant)|\bmy mistake|\bi take (?:it|that) back|\bcorrection\b"
        r"|\bnot true after all|\bsorry,",
        re.IGNORECASE,
    ),
    "zh": re.compile(r"我(?:之前|刚才|前面)?(?:说|讲|弄|搞|记)错|更正|收回|我错了|其实不是|不对，"),
}


def put_right(case: Case, now: list[Standing], wrong: list[Draft]) -> set[str]:
    """Ids of the open factual errors that this turn corrects; saying it again or insisting corrects nothing."""
    open_errors = [gap for gap in case.lesson.open_gaps if gap.kind == GapKind.FACTUAL_ERROR]
    return {gap.id for gap in open_errors if _is_put_right(gap, case, now, wrong)}


def _is_put_right(gap: Gap, case: Case, now: list[Standing], wrong: list[Draft]) -> bool:
    if _said_again(gap, case) or any(draft.point_index == gap.point_index for draft in wrong):
        return False
    if gap.point_index is None or gap.point_index >= len(now):
        return _settled(gap, case)
    status, span = now[gap.point_index]
    said = (
        status in ("covered", "partial")
        and span is not None
        and not _insists(case, span.text)
        and case.support.brings(span.text, case.points[gap.point_index], gap.quote or "")
    )
    return said or (_settled(gap, case) and _TAKES_BACK[case.language].search(case.text) is not None)


def _said_again(gap: Gap, case: Case) -> bool:
    again = gap.quote is not None and gap.quote.casefold() in case.text.casefold()
    return again and _TAKES_BACK[case.language].search(case.text) is None


def closes(gap: Gap, case: Case, coverage: list[Coverage], unclear: list[Draft]) -> bool:
    """Whether an open gap that is no factual error is closed."""
    if gap.kind == GapKind.MISSING_POINT:
        at = gap.point_index
        return at is not None and at < len(coverage) and coverage[at].status == "covered"
    return _settled(gap, case, [draft for draft in unclear if draft.kind != GapKind.UNDEFINED_TERM])


def _settled(gap: Gap, case: Case, unclear: list[Draft] | None = None) -> bool:
    """Whether the verdict names words of this turn that are new and clear."""
    labels = {f"g{number}": other.id for number, other in enumerate(case.lesson.open_gaps, 1)}
    quotes = [entry.quote for entry in case.verdict.resolved if labels.get(entry.gap.strip().lower()) == gap.id]
    known = set(content_words(f"{gap.quote or ''} {gap.detail or ''}", case.language))
    for quote in quotes:
        span = case.place(quote)
        if span is None or _insists(case, span.text) or any(overlap(span, draft.span) for draft in unclear or ()):
            continue
        fresh = set(content_words(span.text, case.language)) - known
        if len(fresh) >= _NEW:
            return True
    return False


def _insists(case: Case, quote: str) -> bool:
    """Whether the sentences of ``quote`` lean on an authority or on insisting."""
    sentences = [sentence.text for sentence in split_sentences(case.text, case.language)]
    around = [text for text in sentences if quote in text or locate(text, quote) is not None] or [quote]
    return any(_INSISTS[case.language].search(text) is not None for text in around)

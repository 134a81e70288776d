"""Which open gaps this turn closes."""

import re
from typing import Final

from feynman.domain import Coverage, Gap, GapKind
from feynman.engines.builtin.arithmetic import wrong_sums
from feynman.engines.builtin.reading import word_set
from feynman.engines.builtin.scene import Draft, Scene
from feynman.engines.builtin.terms import explained, occurrences
from feynman.text.tokens import content_words

__all__ = ["closes", "is_substantive"]

_SUBSTANTIVE: Final = 3
_NUMBERS: Final = re.compile(r"\d+(?:\.\d+)?")


def closes(gap: Gap, scene: Scene, coverage: list[Coverage], errors: list[Draft]) -> bool:
    """Whether ``gap`` is closed by what the learner says in this turn; insisting closes nothing."""
    match gap.kind:
        case GapKind.MISSING_POINT:
            return gap.point_index is not None and _status(coverage, gap.point_index) == "covered"
        case GapKind.FACTUAL_ERROR:
            return _put_right(gap, scene, coverage, errors)
        case GapKind.UNDEFINED_TERM:
            return _term_explained(gap, scene)
        case GapKind.MISSING_EXAMPLE:
            return scene.lexicon.has("example", scene.text) and scene.intent == "explains"
        case _:
            return _answered(gap, scene)


def is_substantive(scene: Scene, known: str) -> bool:
    """Whether the turn says at least three content words that ``known`` does not have."""
    if scene.intent != "explains":
        return False
    fresh = set(content_words(scene.text, scene.language)) - word_set(known, scene.language)
    return len(fresh) >= _SUBSTANTIVE


def _status(coverage: list[Coverage], point: int) -> str:
    return coverage[point].status if point < len(coverage) else "missing"


def _put_right(gap: Gap, scene: Scene, coverage: list[Coverage], errors: list[Draft]) -> bool:
    repeated = gap.quote is not None and gap.quote in scene.text and not scene.lexicon.has("taking_back", scene.text)
    if repeated or any(error.point_index == gap.point_index for error in errors):
        return False
    if gap.point_index is None:
        return _recounted(gap, scene)
    if _status(coverage, gap.point_index) == "covered" and scene.ratings.matches[gap.point_index].score >= 0.5:  # noqa: PLR2004 # this turn's own
        return True
    return scene.lexicon.has("taking_back", scene.text)


def _recounted(gap: Gap, scene: Scene) -> bool:
    if scene.lexicon.has("taking_back", scene.text):
        return True
    numbers = _NUMBERS.findall(gap.quote or "")[:2]
    said = _NUMBERS.findall(scene.text)
    return all(number in said for number in numbers) and len(said) > 1 and not wrong_sums(scene.text)


def _term_explained(gap: Gap, scene: Scene) -> bool:
    term = gap.detail or gap.quote or ""
    if term and occurrences(term, scene.text) and explained(term, scene.text, scene.lexicon):
        return True
    return _is_asked(gap, scene) and is_substantive(scene, term)


def _answered(gap: Gap, scene: Scene) -> bool:
    if not _is_asked(gap, scene) or not is_substantive(scene, f"{gap.quote} {gap.detail or ''}"):
        return False
    if scene.lexicon.has("somehow", scene.text) or scene.lexicon.has("vague", scene.text):
        return False
    needs_reason = gap.kind in (GapKind.CAUSAL_GAP, GapKind.CIRCULAR)
    return not needs_reason or scene.lexicon.has("causal", scene.text)


def _is_asked(gap: Gap, scene: Scene) -> bool:
    return scene.asked is not None and scene.asked.id == gap.id

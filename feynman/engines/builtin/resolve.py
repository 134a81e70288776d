"""Which open gaps this turn closes."""

import re
from typing import Final

from feynman.domain import Coverage, Gap, GapKind, Span
from feynman.engines.builtin.arithmetic import wrong_sums
from feynman.engines.builtin.reading import word_set
from feynman.engines.builtin.retraction import takes_back
from feynman.engines.builtin.scene import Draft, Scene, is_question
from feynman.engines.builtin.terms import explained, occurrences
from feynman.engines.builtin.wavering import is_wavering
from feynman.text.tokens import content_words

__all__ = ["closes", "is_substantive"]

_SUBSTANTIVE: Final = 3
_CLOSE: Final = 0.35
_NUMBERS: Final = re.compile(r"\d+(?:\.\d+)?")


def closes(gap: Gap, scene: Scene, coverage: list[Coverage], errors: list[Draft], new: list[Draft]) -> bool:
    """Whether ``gap`` is closed by what the learner says in this turn; insisting and asking close nothing.

    ``errors`` are the turn's wrong statements, ``new`` all that it leaves unclear for the first time.
    """
    match gap.kind:
        case GapKind.MISSING_POINT:
            return gap.point_index is not None and _status(coverage, gap.point_index) == "covered"
        case GapKind.FACTUAL_ERROR:
            return _put_right(gap, scene, coverage, errors)
        case GapKind.UNDEFINED_TERM:
            return _term_explained(gap, scene, new)
        case GapKind.MISSING_EXAMPLE:
            return scene.lexicon.has("example", scene.text) and scene.intent == "explains"
        case _:
            return _answered(gap, scene, new)


def is_substantive(scene: Scene, known: str) -> bool:
    """Whether the turn says at least three content words that ``known`` does not have."""
    if scene.intent != "explains":
        return False
    fresh = set(content_words("\n".join(scene.statements), scene.language)) - word_set(known, scene.language)
    return len(fresh) >= _SUBSTANTIVE


def _status(coverage: list[Coverage], point: int) -> str:
    return coverage[point].status if point < len(coverage) else "missing"


def _put_right(gap: Gap, scene: Scene, coverage: list[Coverage], errors: list[Draft]) -> bool:
    repeated = gap.quote is not None and gap.quote in scene.text and not scene.lexicon.has("taking_back", scene.text)
    if repeated or any(error.point_index == gap.point_index for error in errors):
        return False
    if is_wavering(gap, scene.lesson):
        return scene.lexicon.has("taking_back", scene.text) or _answered(gap, scene, errors)
    if gap.point_index is None:
        return _recounted(gap, scene)
    if _status(coverage, gap.point_index) == "covered" and scene.ratings.matches[gap.point_index].score >= 0.5:  # noqa: PLR2004 # this turn's own
        return True
    return takes_back(gap, scene)


def _recounted(gap: Gap, scene: Scene) -> bool:
    if scene.lexicon.has("taking_back", scene.text):
        return True
    numbers = _NUMBERS.findall(gap.quote or "")[:2]
    said = _NUMBERS.findall(scene.text)
    return all(number in said for number in numbers) and len(said) > 1 and not wrong_sums(scene.text)


def _term_explained(gap: Gap, scene: Scene, new: list[Draft]) -> bool:
    if scene.intent != "explains":
        return False
    term = gap.detail or gap.quote or ""
    unclear = [draft for draft in new if draft.kind != GapKind.UNDEFINED_TERM]
    clear = "\n".join(sentence.text for sentence in _clear(scene, unclear))
    if term and occurrences(term, clear) and explained(term, clear, scene.lexicon):
        return True
    return _is_addressed(gap, scene, new) and is_substantive(scene, term)


def _answered(gap: Gap, scene: Scene, new: list[Draft]) -> bool:
    if not _is_addressed(gap, scene, new) or not is_substantive(scene, f"{gap.quote} {gap.detail or ''}"):
        return False
    if scene.lexicon.has("somehow", scene.text) or scene.lexicon.has("vague", scene.text):
        return False
    needs_reason = gap.kind in (GapKind.CAUSAL_GAP, GapKind.CIRCULAR)
    return not needs_reason or scene.lexicon.has("causal", scene.text)


def _is_addressed(gap: Gap, scene: Scene, new: list[Draft]) -> bool:
    """Whether the gap was asked about and a clear sentence is about it: shares a word with it or is close to it."""
    if not _is_asked(gap, scene):
        return False
    texts = [text for text in (gap.quote, gap.detail, *_questions(gap, scene)) if text]
    known = word_set(" ".join(texts), scene.language) - scene.lexicon.generic
    clear = [sentence.text for sentence in _clear(scene, new)]
    if any(known & word_set(text, scene.language) for text in clear):
        return True
    return bool(clear) and bool((scene.encoder.encode(clear) @ scene.encoder.encode(texts).T).max() >= _CLOSE)


def _questions(gap: Gap, scene: Scene) -> list[str]:
    """The last question about the gap and, when it was help and does not name the gap, the last one that was not."""
    asked = [turn.question for turn in scene.lesson.earlier if turn.question and turn.question.gap_id == gap.id]
    plain = [question for question in asked if question.help is None]
    return [question.text for question in (*plain[-1:], *asked[-1:])]


def _clear(scene: Scene, new: list[Draft]) -> list[Span]:
    """The statements in which nothing new is wrong or unclear, and which are not what the student read out."""
    spans = [draft.span for draft in new if draft.span is not None]
    return [
        sentence
        for at, sentence in enumerate(scene.reading.sentences)
        if at not in scene.copied
        and not is_question(sentence.text)
        and not any(sentence.start < span.end and span.start < sentence.end for span in spans)
    ]


def _is_asked(gap: Gap, scene: Scene) -> bool:
    return scene.asked is not None and scene.asked.id == gap.id

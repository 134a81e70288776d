"""The one question that the student asks."""

import re
from collections.abc import Callable
from typing import Final

from feynman.domain import Depth, Gap, GapKind, Language, Question
from feynman.engines.builtin.intent import Intent
from feynman.engines.builtin.lexicon import lexicon
from feynman.engines.builtin.phrasing import Chooser, excerpt, phrases
from feynman.engines.builtin.scene import asked_gap, said_before
from feynman.engines.student import Analysis, Lesson
from feynman.text.language import detect_language
from feynman.text.tokens import content_words

__all__ = ["ask", "choose"]

_INSISTENT: Final[frozenset[Intent]] = frozenset({"insists", "wants_answer", "asks", "bare"})
_PATIENCE: Final = 2  # times the same gap is asked about in a row at most
_ASKED_COST: Final = 1.2  # so that a grave gap asked once lets a lesser one go first
_BONUS: Final = {
    GapKind.FACTUAL_ERROR: 0.5,
    GapKind.MECHANISM_GAP: 1.1,
    GapKind.CIRCULAR: 1.1,
    GapKind.CAUSAL_GAP: 1.1,
    GapKind.UNDEFINED_TERM: 0.6,
}
_CUES: Final = ("reason", "number", "comparison", "time", "place", "actor")
_DEEP: Final = re.compile(
    r"\b(?:why|how|what if|what would|suppose)\b|为什么|怎么|怎样|如何|要是|原因|假如|凭什么", re.IGNORECASE
)
_SHALLOW: Final = re.compile(
    r"\b(?:who|when|where|example|how (?:many|much|long|often|big)|is there|what is|what does .* mean)\b"
    r"|谁|什么时候|哪儿|哪里|多少|几|多久|例子|什么意思|是什么",
    re.IGNORECASE,
)
_DEPTHS: Final[dict[GapKind, Depth]] = {
    GapKind.CAUSAL_GAP: "deep",
    GapKind.MECHANISM_GAP: "deep",
    GapKind.CIRCULAR: "deep",
    GapKind.BOUNDARY: "deep",
    GapKind.VAGUE: "intermediate",
    GapKind.UNDEFINED_TERM: "shallow",
    GapKind.MISSING_EXAMPLE: "shallow",
}


def choose(lesson: Lesson, analysis: Analysis, intent: Intent) -> Gap | None:
    """Return the worst open gap that was asked about least.

    The gap just asked about is kept when the learner only insists or says yes, and left when they don't know.
    """
    waiting = list(analysis.open_gaps)
    last = asked_gap(lesson)
    if last is not None and any(gap.id == last.id for gap in waiting):
        if intent in _INSISTENT and last.asked < _PATIENCE:
            return last
        if intent == "does_not_know" and len(waiting) > 1:
            waiting = [gap for gap in waiting if gap.id != last.id]
    fresh = {gap.id for gap in analysis.found}
    return min(waiting, key=lambda gap: _rank(gap, fresh=gap.id in fresh), default=None)


def ask(gap: Gap, lesson: Lesson, analysis: Analysis) -> Question:
    """Put the question about ``gap`` into words that this session has not heard."""
    language = lesson.explanation.language
    words = phrases(language)
    chooser = Chooser(lesson)
    fields = _fields(gap, lesson, analysis, language)
    accept = _keeps_secret(lesson, analysis)
    lists = [words[section][key] for section, key in _lists(gap, fields, language)]
    offers = [chooser.pick(templates, fields, accept=accept) for templates in [*lists, words["questions"]["any"]]]
    possible = [offer for offer in offers if offer is not None]
    text = next((offer for offer in possible if not chooser.said(offer)), possible[0])
    return Question(text=text, gap_id=gap.id, depth=_depth(gap, text))


def _rank(gap: Gap, *, fresh: bool) -> tuple[float, int, float]:
    """Smallest first; an unclear step that was just told goes before what is only missing."""
    bonus = _BONUS.get(gap.kind, 0.0) if fresh or gap.kind == GapKind.FACTUAL_ERROR else 0.0
    return (_ASKED_COST * gap.asked - gap.severity - bonus, gap.asked, -gap.confidence)


def _fields(gap: Gap, lesson: Lesson, analysis: Analysis, language: Language) -> dict[str, str | None]:
    points = lesson.reference.points
    at = gap.point_index
    probe = points[at].probe if at is not None and at < len(points) else None
    doubt = gap.detail
    quote = gap.quote if gap.quote is not None else _neighbour(gap, lesson, analysis)
    return {
        "quote": None if quote is None else excerpt(quote, language),
        "term": gap.detail if gap.kind == GapKind.UNDEFINED_TERM else None,
        "detail": _spoken(gap.detail, language) if gap.kind == GapKind.FACTUAL_ERROR else None,
        "probe": _spoken(doubt if gap.kind == GapKind.MISSING_POINT and doubt and not gap.asked else probe, language),
        "topic": _spoken(lesson.explanation.topic, language),
    }


def _spoken(text: str | None, language: Language) -> str | None:
    """The text if it is in this language: a reply is in one language only."""
    return text if text and detect_language(text, language) == language else None


def _neighbour(gap: Gap, lesson: Lesson, analysis: Analysis) -> str | None:
    """The learner's words for the point nearest to the gap's: something to ask on from."""
    known = [belief for belief in [*lesson.beliefs, *analysis.beliefs] if belief.point_index is not None]
    if gap.point_index is None or not known:
        return None
    at = gap.point_index
    return min(known, key=lambda belief: abs(2 * ((belief.point_index or 0) - at) + 1)).quote


def _lists(gap: Gap, fields: dict[str, str | None], language: Language) -> list[tuple[str, str]]:
    """Sections and keys of the phrase lists to try, in order."""
    if gap.kind == GapKind.MISSING_POINT:
        if fields["probe"]:
            return [("questions", "missing_point_again" if gap.asked else "missing_point")]
        return [("cues", _cue(gap, language)), ("cues", "general")]
    if gap.kind == GapKind.FACTUAL_ERROR:
        if gap.point_index is None and gap.detail == gap.quote:
            return [("questions", "arithmetic")]
        plain, pointed = ("questions", "factual_error_plain"), ("questions", "factual_error")
        return [plain, pointed] if gap.asked else [pointed, plain]
    return [("questions", gap.kind.value)]


def _cue(gap: Gap, language: Language) -> str:
    """The kind of thing a point without a probe says; the second time only its most general cue is left."""
    point = gap.point or ""
    if gap.asked > _PATIENCE:
        return "general"
    if lexicon(language).has("reason_in_point", point):
        return "reason"
    return next((cue for cue in _CUES[1:] if lexicon(language).has(cue, point)), "general")


def _keeps_secret(lesson: Lesson, analysis: Analysis) -> Callable[[str], bool]:
    language = lesson.explanation.language
    known = " ".join([lesson.explanation.text, lesson.explanation.topic, lesson.reference.topic, said_before(lesson)])
    said = set(content_words(known, language))
    secret = {
        word
        for entry in analysis.coverage
        if entry.status != "covered"
        for word in content_words(entry.point, language)
    } - said
    probes = {point.probe or "" for point in lesson.reference.points}

    def keeps(text: str) -> bool:
        own = text
        for probe in probes:
            own = own.replace(probe, "") if probe else own
        return secret.isdisjoint(content_words(own, language))

    return keeps


def _depth(gap: Gap, text: str) -> Depth:
    known = _DEPTHS.get(gap.kind)
    if known is not None:
        return known
    if _SHALLOW.search(text):
        return "shallow"
    return "deep" if _DEEP.search(text) else "intermediate"

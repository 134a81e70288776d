"""The one question that the student asks."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from feynman.domain import Depth, Gap, GapKind, Language, Question
from feynman.engines.builtin.anchors import anchor
from feynman.engines.builtin.intent import PLEAS, Intent
from feynman.engines.builtin.lexicon import lexicon
from feynman.engines.builtin.novelty import Novelty
from feynman.engines.builtin.phrasing import Chooser, excerpt, phrases
from feynman.engines.builtin.reading import Encoder
from feynman.engines.builtin.scene import asked_gap, said_before
from feynman.engines.builtin.secrecy import Secrets
from feynman.engines.builtin.wavering import is_wavering
from feynman.engines.student import Analysis, Lesson
from feynman.text.language import detect_language
from feynman.text.stopwords import ENGLISH

__all__ = ["ask", "choose", "is_worn_out", "own_words", "spoken", "unclear"]

_INSISTENT: Final[frozenset[Intent]] = frozenset({"insists", "asks", "bare"})
_PATIENCE: Final = 2  # times the same gap is asked about in a row at most
_ASKED_COST: Final = 1.2  # so that a grave gap asked once lets a lesser one go first
_BONUS: Final = {
    GapKind.FACTUAL_ERROR: 0.5,
    GapKind.MECHANISM_GAP: 1.1,
    GapKind.CIRCULAR: 1.1,
    GapKind.CAUSAL_GAP: 1.1,
    GapKind.UNDEFINED_TERM: 0.6,
}
_STEM: Final = 5  # letters that "vaccines" and "vaccinated" share
_CUES: Final = {
    "reason": "reason_in_point",
    "number": "number",
    "comparison": "comparison",
    "time": "time",
    "place": "place",
    "actor": "actor",
}
_CAUSAL: Final = re.compile(
    r"\b(?:why|what if|what makes|because|reason)\b|为什么|原因|凭什么|道理|因为|是什么让|才会", re.IGNORECASE
)
_CUE_DEPTHS: Final[dict[str, Depth]] = {
    "reason": "deep",
    "step": "deep",
    "comparison": "intermediate",
    "number": "shallow",
    "time": "shallow",
    "place": "shallow",
    "actor": "shallow",
}
_DEEP: Final = re.compile(r"\b(?:how|what would|suppose)\b|怎么|怎样|如何|要是|假如", re.IGNORECASE)
_SHALLOW: Final = re.compile(
    r"\b(?:who|when|where|example|how (?:many|much|long|often|big)|is there|what is|which number|what does .* mean)\b"
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

    The gap just asked about is kept when the learner wants help with it, was just shown its answer, says nothing that
    could be read, and for a while when they only insist or say yes; it is left when they don't know.
    """
    waiting = list(analysis.open_gaps)
    last = asked_gap(lesson)
    helped = _helped(lesson)
    if last is not None and any(gap.id == last.id for gap in waiting):
        if intent in PLEAS or intent == "nonsense" or (intent != "does_not_know" and _was_answered(lesson)):
            return last
        if intent in _INSISTENT and last.asked - helped[last.id] < _PATIENCE:
            return last
        if intent == "does_not_know" and len(waiting) > 1:
            waiting = [gap for gap in waiting if gap.id != last.id]
    fresh = {gap.id for gap in analysis.found}
    return min(waiting, key=lambda gap: _rank(gap, gap.asked - helped[gap.id], fresh=gap.id in fresh), default=None)


def ask(gap: Gap, lesson: Lesson, analysis: Analysis, encoder: Encoder) -> Question:
    """Put the question about ``gap`` into words that this session has not heard, nor others that mean the same."""
    chooser, secrets = Chooser(lesson), Secrets(lesson, analysis)
    fields = _fields(gap, lesson, analysis)
    words = phrases(lesson.explanation.language)
    lists = [*_lists(gap, lesson, fields), ("cues", "general"), ("questions", "any")]
    depths: dict[str, Depth] = {}

    def candidates() -> Iterator[str]:
        for section, key in lists:
            for offer in filter(secrets.keeps, chooser.fresh(words[section][key], fields)):
                if key in _CUE_DEPTHS:
                    depths[offer] = _CUE_DEPTHS[key]
                yield offer

    text = Novelty(lesson, gap, encoder).newest(candidates())
    if text is None:
        section, key = lists[0]
        text = chooser.pick([*words[section][key], *words["questions"]["any"]], fields, accept=secrets.keeps) or ""
    return Question(text=text, gap_id=gap.id, depth=depths.get(text) or _depth(gap, text))


def unclear(lesson: Lesson, gap: Gap | None) -> Question:
    """Ask to say again what could not be read; a gap that was asked about stays asked about."""
    chooser, templates = Chooser(lesson), phrases(lesson.explanation.language)["questions"]["unclear"]
    last = asked_gap(lesson)
    stands = gap is not None and last is not None and last.id == gap.id
    return Question(text=chooser.pick(templates) or "", gap_id=gap.id if gap and stands else None, depth="shallow")


def is_worn_out(gap: Gap, lesson: Lesson) -> bool:
    """Whether the gap was asked about so often that something else should come first if there is anything."""
    return gap.asked - _helped(lesson)[gap.id] >= _PATIENCE


def own_words(gap: Gap, lesson: Lesson, analysis: Analysis) -> str | None:
    """The learner's words that a question about ``gap`` can quote, in the language of this turn."""
    language = lesson.explanation.language
    quote = gap.quote if gap.quote is not None else _neighbour(gap, lesson, analysis)
    return None if spoken(quote, language) is None else excerpt(quote or "", language)


def spoken(text: str | None, language: Language) -> str | None:
    """The text if it is in this language: a reply is in one language only."""
    return text if text and detect_language(text, language) == language else None


def _helped(lesson: Lesson) -> Counter[str]:
    """How many of the questions about each gap were help that the learner wanted."""
    questions = (turn.question for turn in lesson.earlier)
    return Counter(each.gap_id for each in questions if each is not None and each.help is not None and each.gap_id)


def _was_answered(lesson: Lesson) -> bool:
    question = lesson.earlier[-1].question if lesson.earlier else None
    return question is not None and question.help == "answer"


def _rank(gap: Gap, asked: int, *, fresh: bool) -> tuple[float, int, float]:
    """Smallest first; an unclear step that was just told goes before what is only missing."""
    bonus = _BONUS.get(gap.kind, 0.0) if fresh or gap.kind == GapKind.FACTUAL_ERROR else 0.0
    return (_ASKED_COST * asked - gap.severity - bonus, asked, -gap.confidence)


def _fields(gap: Gap, lesson: Lesson, analysis: Analysis) -> dict[str, str | None]:
    language, points, at = lesson.explanation.language, lesson.reference.points, gap.point_index
    probe = spoken(points[at].probe if at is not None and at < len(points) else None, language)
    doubt = spoken(gap.detail, language)
    earlier = doubt if is_wavering(gap, lesson) else None
    if gap.kind == GapKind.MISSING_POINT and doubt and not gap.asked:
        probe = doubt
    return {
        "quote": own_words(gap, lesson, analysis),
        "term": gap.detail if gap.kind == GapKind.UNDEFINED_TERM else None,
        "detail": doubt if gap.kind == GapKind.FACTUAL_ERROR and earlier is None else None,
        "earlier": None if earlier is None else excerpt(earlier, language),
        "probe": probe.rstrip("?？ ") if probe and gap.asked else probe,
        "anchor": None if gap.point is None or spoken(gap.point, language) is None else anchor(gap.point, lesson),
        "topic": _inside(spoken(lesson.explanation.topic, language), lesson),
    }


def _inside(topic: str | None, lesson: Lesson) -> str | None:
    """The topic as it stands inside a sentence: a word that the texts write with a small letter begins with one."""
    first = "" if topic is None else topic.split(" ", 1)[0].lower()
    texts = " ".join([lesson.explanation.text, said_before(lesson), *(point.text for point in lesson.reference.points)])
    small = first in ENGLISH or (len(first) > 1 and re.search(rf"\b{re.escape(first[:_STEM])}", texts) is not None)
    return first[:1] + topic[1:] if topic and small else topic


def _neighbour(gap: Gap, lesson: Lesson, analysis: Analysis) -> str | None:
    """The learner's words for the point nearest to the gap's: something to ask on from."""
    known = [belief for belief in [*lesson.beliefs, *analysis.beliefs] if belief.point_index is not None]
    if gap.point_index is None or not known:
        return None
    at = gap.point_index
    return min(known, key=lambda belief: abs(2 * ((belief.point_index or 0) - at) + 1)).quote


def _lists(gap: Gap, lesson: Lesson, fields: dict[str, str | None]) -> list[tuple[str, str]]:
    """Sections and keys of the phrase lists to try, in order."""
    if gap.kind == GapKind.MISSING_POINT:
        return _about_a_point(gap, lesson.explanation.language, fields)
    if gap.kind == GapKind.FACTUAL_ERROR:
        if fields["earlier"]:
            return [("questions", "wavering")]
        if gap.point_index is None and gap.detail == gap.quote:
            return [("questions", "arithmetic")]
        plain, pointed = ("questions", "factual_error_plain"), ("questions", "factual_error")
        return [plain] if gap.asked else [pointed, plain]
    return [("questions", gap.kind.value)]


def _about_a_point(gap: Gap, language: Language, fields: dict[str, str | None]) -> list[tuple[str, str]]:
    cues = _cues(gap.point or "", language)
    forms = [(section, cue) for cue in cues for section in ("anchored", "onward", "cues")]
    probed = [("questions", "missing_point_again" if gap.asked else "missing_point")] if fields["probe"] else []
    return [*probed, *forms, ("anchored", "general")]


def _cues(point: str, language: Language) -> list[str]:
    """The kinds of thing that a point says, by its form; how it goes on when it has none."""
    found = [cue for cue, pattern in _CUES.items() if lexicon(language).has(pattern, point)]
    return found[:3] or ["step"]


def _depth(gap: Gap, text: str) -> Depth:
    known = _DEPTHS.get(gap.kind)
    if known is not None:
        return known
    if _CAUSAL.search(text):
        return "deep"
    if _SHALLOW.search(text):
        return "shallow"
    return "deep" if _DEEP.search(text) else "intermediate"

"""What is asked about a topic without a reference before the student is content: an example, a reason, a limit."""

from typing import Final

from feynman.domain import Depth, GapKind, Language, Question
from feynman.engines.builtin.intent import Intent
from feynman.engines.builtin.lexicon import lexicon
from feynman.engines.builtin.phrasing import Chooser, excerpt, phrases
from feynman.engines.builtin.questions import spoken
from feynman.engines.builtin.scene import said_before
from feynman.engines.student import Lesson

__all__ = ["wonder"]

_WONDERS: Final[tuple[tuple[str, str, Depth], ...]] = (
    ("why", "because", "deep"),
    ("example", "example", "shallow"),
    ("limit", "limit", "deep"),
)


def wonder(lesson: Lesson, intent: Intent) -> Question | None:
    """Return the next thing to ask of a clear explanation; ``None`` when there is a reference or all was asked or said.

    Each is asked once in a session. A lesson that has come to its end is not taken up again for a mere "thanks".
    """
    ended = bool(lesson.earlier) and lesson.earlier[-1].question is None
    if lesson.reference.points or (ended and intent != "explains"):
        return None
    language, chooser = lesson.explanation.language, Chooser(lesson)
    whole = f"{said_before(lesson)}\n{lesson.explanation.text}"
    for name, pattern, depth in _WONDERS:
        templates = phrases(language)["curious"][name]
        if not (lexicon(language).has(pattern, whole) or _asked(name, lesson, chooser)):
            text = next(chooser.fresh(templates, _fields(lesson, language)), None)
            if text is not None:
                return Question(text=text, gap_id=None, depth=depth)
    return None


def _asked(name: str, lesson: Lesson, chooser: Chooser) -> bool:
    if name == "example" and any(gap.kind == GapKind.MISSING_EXAMPLE for turn in lesson.earlier for gap in turn.found):
        return True
    return any(chooser.any_heard(phrases(language)["curious"][name]) for language in ("en", "zh"))


def _fields(lesson: Lesson, language: Language) -> dict[str, str | None]:
    texts = [lesson.explanation.text, *(turn.text for turn in reversed(lesson.earlier))]
    quotes = (excerpt(text, language) for text in texts if spoken(text, language) is not None)
    return {
        "quote": next((quote for quote in quotes if quote), None),
        "topic": spoken(lesson.explanation.topic, language),
    }

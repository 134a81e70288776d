"""Something of the learner's own to hang a question on."""

import re
from collections.abc import Iterator
from typing import Final

from feynman.domain import MAX_EXPLANATION, Language
from feynman.engines.builtin.scene import said_before
from feynman.engines.student import Lesson
from feynman.text.language import HAN
from feynman.text.tokens import content_words, words

__all__ = ["anchor"]

# No tagger is at hand, so a noun is what stands between an article and a word that follows nouns only.
_ENGLISH_NOUN: Final = re.compile(
    r"\b(?:the|a|an|my|your|our|their|its|this|these|those|each|every|some|many)\s+([a-z][\w'’-]{2,})"
    r"(?=\s*(?:[.,;:!?)]|$)|\s+(?:of|in|on|at|is|are|was|were|can|will|has|have|that|which|with|from|for|than|but|when|if"
    r"|because|into|through)\b)",
    re.IGNORECASE,
)
_BEFORE_NOUN: Final = "把从由叫被靠对给"
_AFTER_NOUN: Final = "里中上内是会能"


def anchor(point: str, lesson: Lesson) -> str | None:
    """Return a noun of the learner's texts that ``point`` has too, the latest one; ``None`` without any.

    Words of the topic are not meant: they are in every point.
    """
    language = lesson.explanation.language
    text = f"{said_before(lesson)}\n{lesson.explanation.text}"[-MAX_EXPLANATION:]
    topic = content_words(f"{lesson.explanation.topic} {lesson.reference.topic}", language)
    wanted = set(content_words(point, language)) - set(topic)
    nouns = _chinese(point, text) if language == "zh" else (match.group(1) for match in _ENGLISH_NOUN.finditer(text))
    fitting = [noun for noun in nouns if _is_wanted(noun, wanted, language)]
    return fitting[-1] if fitting else None


def _is_wanted(noun: str, wanted: set[str], language: Language) -> bool:
    found = content_words(noun, language)
    return bool(found) and wanted.issuperset(found)


def _chinese(point: str, text: str) -> Iterator[str]:
    for word in dict.fromkeys(words(point)):
        if len(word) > 1 and re.fullmatch(f"[{HAN}]+", word):
            place = re.escape(word)
            if word in text and re.search(f"[{_BEFORE_NOUN}]{place}|{place}[{_AFTER_NOUN}]", f"{text}\n{point}"):
                yield word

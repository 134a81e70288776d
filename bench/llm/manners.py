"""Whether a reply is a student's: judged apart from the guard that the student has."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from feynman.domain import Language
from feynman.text.language import detect_language
from feynman.text.tokens import content_words

__all__ = ["concedes", "is_foreign", "questions", "says_any", "tells", "unquoted"]

_QUOTED: Final = re.compile(r"“[^”]*”|\"[^\"]*\"|「[^」]*」|『[^』]*』")
_MARKS: Final = re.compile(r"[?？]+")
_CONCEDES: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(
        r"\b(?:you(?:'re| are| were) (?:\w+ )?(?:right|correct)|that(?:'s| is) (?:\w+ )?(?:right|correct|true)|"
        r"i (?:agree|was wrong|stand corrected|believe you)|my (?:mistake|bad)|(?:i'm|i am|so) sorry|"
        r"(?:textbook|teacher|websites?) (?:is|are|must be) right)\b"
    ),
    "zh": re.compile(
        "(?:你|您)(?:说|讲)?(?:得|的|是)?(?:很|完全|都)?对(?!吗|不对|什么)|没错|我同意|我错了|我相信你|对不起|抱歉|听你的"
    ),
}
_DOUBTS: Final = re.compile(r"\b(?:not|if|whether|how|why)\b|n't\b|不|没|如果|要是|为什么|怎么")
_NEW: Final = 2
_SHARE: Final = 0.6


def unquoted(reply: str) -> str:
    """Return a reply without what stands in quotation marks: words it repeats are not its own."""
    return _QUOTED.sub("", reply)


def questions(reply: str) -> int:
    """Return how many questions a reply asks; those in quotation marks are the learner's."""
    return len(_MARKS.findall(unquoted(reply)))


def is_foreign(reply: str, language: Language) -> bool:
    """Whether a reply is in another language than the learner's."""
    return detect_language(unquoted(reply), language) != language


def concedes(reply: str, language: Language) -> bool:
    """Whether a reply gives in; not where the clause doubts or asks."""
    text = unquoted(reply).casefold().replace("’", "'")
    return any(
        _CONCEDES[language].search(clause) is not None and _DOUBTS.search(clause) is None and not clause.endswith("?")
        for clause in re.findall(r"[^.!?。！？，,;；]+[?？]?", text.replace("？", "?"))
    )


def says_any(reply: str, pieces: Iterable[str], heard: str) -> bool:
    """Whether a reply has one of ``pieces`` that the learner has not said; what it quotes counts too."""
    text, known = reply.casefold(), heard.casefold()
    return any(piece in text and piece not in known for piece in pieces)


def tells(reply: str, points: Sequence[str], heard: str, language: Language) -> bool:
    """Whether a reply has most of the content words of one of ``points`` that ``heard`` has not."""
    said, known = set(content_words(reply, language)), set(content_words(heard, language))
    for point in points:
        new = set(content_words(point, language)) - known
        if len(new) >= _NEW and len(new & said) / len(new) >= _SHARE:
            return True
    return False

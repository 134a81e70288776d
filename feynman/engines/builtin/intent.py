"""What the learner wants with this turn."""

import re
from functools import lru_cache
from typing import Final, Literal

from feynman.domain import Language
from feynman.engines.builtin.lexicon import lexicon
from feynman.engines.student import Lesson
from feynman.text.language import has_han
from feynman.text.tokens import content_words, words

__all__ = ["PLEAS", "Intent", "intent_of", "pleads"]

Intent = Literal[
    "explains", "does_not_know", "wants_help", "wants_answer", "asks", "insists", "bare", "short", "nonsense"
]
PLEAS: Final[frozenset[Intent]] = frozenset({"wants_help", "wants_answer"})

_SHORT_TALK: Final = {"en": 90, "zh": 34}  # code points; more than that explains something as well
_FEW_WORDS: Final = 3
_ENOUGH: Final = 2_000  # code points; what comes after does not change it
_ENDS_ASKING: Final = re.compile(r"[?？]\s*[\"'”’」』)）]*\s*$")
_KEYS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEY_RUN: Final = 4
_NO_SYLLABLE: Final = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}|^[bcdfghjklmnpqrstvwxz]{4,}$")
_LATIN: Final = re.compile(r"[a-z]{3,}")
_SOUNDS: Final = frozenset("啊哦噢喔嗯呃额哈嘿呵嘻哇呀哎唉咦喵汪哼啦噜")


def intent_of(text: str, language: Language) -> Intent:
    """Tell an explanation from not knowing, pleas for help or the answer, asking back, insisting, a word and noise."""
    line = " ".join(text[:_ENOUGH].split())
    written = _script(line, language)
    if lexicon(written).has("bare", line):
        return "bare"
    if _is_noise(line):
        return "nonsense"
    if len(line) <= _SHORT_TALK[written]:
        return _short_talk(line, written)
    return _told(line, written)


def pleads(lesson: Lesson) -> bool:
    """Whether the learner wants help or the answer, and explains nothing with it."""
    return intent_of(lesson.explanation.text, lesson.explanation.language) in PLEAS


def _script(line: str, language: Language) -> Language:
    """The language whose patterns apply: "help me" is understood in a Chinese lesson too."""
    if has_han(line):
        return "zh"
    return "en" if re.search("[A-Za-z]", line) else language


def _short_talk(line: str, language: Language) -> Intent:
    patterns = lexicon(language)
    if patterns.has("wants_answer", line):
        return "wants_answer"
    if patterns.has("wants_help", line) and not _goes_on(line, language, "wants_help"):
        return "wants_help"
    if patterns.has("insists", line):
        return "insists"
    if patterns.has("dont_know", line) and not _goes_on(line, language, "dont_know"):
        return "does_not_know"
    if _ENDS_ASKING.search(line) and patterns.has("question_word", line):
        return "asks"
    return _told(line, language)


def _told(line: str, language: Language) -> Intent:
    return "short" if len(content_words(line, language)) < _FEW_WORDS else "explains"


def _goes_on(line: str, language: Language, name: str) -> bool:
    """Whether something is explained before or after what the pattern ``name`` finds."""
    found = lexicon(language).find(name, line)
    rest = line if found is None else line[: found.start] + " " + line[found.end :]
    return len(content_words(rest, language)) > 2 * _FEW_WORDS or (
        re.search(r"[,，;；.。]|\bbut\b|但|不过", rest.strip(" .。!！,，")) is not None
        and len(content_words(rest, language)) > _FEW_WORDS
    )


def _is_noise(line: str) -> bool:
    """Whether there is no word in it, or most of its words are no words: "!!!", "asdf qwer", "啊啊啊"."""
    found = words(line)
    if not found:
        return True
    return 2 * sum(map(_is_mashed, found)) > len(found)


def _is_mashed(word: str) -> bool:
    """Whether it is no word of either language but letters side by side on a keyboard, or one over and over."""
    if _SOUNDS.issuperset(word):
        return True
    if _LATIN.fullmatch(word) is None or word in _common():
        return False
    runs = (word[at : at + _KEY_RUN] for at in range(len(word) - _KEY_RUN + 1))
    return (
        len(set(word)) == 1
        or _NO_SYLLABLE.search(word) is not None
        or any(run in row or run[::-1] in row for run in runs for row in _KEYS)
    )


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """English words that come once in a million words or more often."""
    from wordfreq import get_frequency_dict  # noqa: PLC0415 # only words that look mashed need it

    return frozenset(get_frequency_dict("en", "small"))

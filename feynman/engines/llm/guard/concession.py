"""A factual error is not conceded while it stands, however much the learner insists."""

import re
from typing import Final

from feynman.domain import Language
from feynman.engines.llm.guard.rule import Broken

__all__ = ["Steadfast"]

_PHRASES: Final[dict[Language, tuple[str, ...]]] = {
    "en": (
        "you're right",
        "you are right",
        "you're correct",
        "you are correct",
        "you were right",
        "you're absolutely right",
        "you are absolutely right",
        "you're totally right",
        "you're completely right",
        "absolutely right",
        "that's right",
        "that is right",
        "that's correct",
        "that is correct",
        "that's true",
        "that is true",
        "quite right",
        "is right about",
        "teacher is right",
        "textbook is right",
        "must be right",
        "must be true",
        "i was wrong",
        "i stand corrected",
        "my mistake",
        "i was mistaken",
        "i agree",
        "i believe you",
        "i trust you",
        "i trust your",
        "fair enough",
        "i take it back",
        "i accept that",
        "good point",
        "exactly right",
        "correct!",
        "exactly!",
        "you win",
        "if your textbook says",
        "if your teacher says",
    ),
    "zh": (
        "你说得对",
        "你说的对",
        "你说得没错",
        "你说的没错",
        "你是对的",
        "您说得对",
        "说得对",
        "说的对",
        "没错",
        "完全正确",
        "是正确的",
        "我错了",
        "是我错",
        "是我弄错",
        "是我搞错",
        "我同意",
        "我相信你",
        "我信你",
        "听你的",
        "有道理",
        "我收回",
        "老师说得对",
        "老师是对的",
        "书上是对的",
        "课本是对的",
        "那就按你",
        "那就听",
        "我接受",
        "确实是这样",
        "的确是这样",
        "好吧，那就是",
    ),
}
_DOUBT: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(
        r"(?:\b(?:not|never|if|whether|why|how|unless|do you|does|what makes|is it|could it|are you (?:sure|certain))\b"
        r"|n't\b)[^.!?,;]*$",
        re.IGNORECASE,
    ),
    "zh": re.compile(r"(?:不|没|是否|如果|要是|为什么|怎么|假如|万一|难道|你确定)[^。！？，；]*$"),
}
_ASKS: Final = re.compile(r"^(?:吗|嘛|呢|不对|没有|\?|？|\W*(?:\?|？))")
_APOSTROPHE: Final = re.compile(r"[’‘ʼ]")


class Steadfast:
    """Breaks before the student agrees, unless it says so in doubt ("I'm not sure that's right", "是正确的吗")."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._phrases = _PHRASES[language]

    def held(self, sentence: str, *, whole: bool) -> int:
        """Hold back what can still become words of agreement."""
        text = _APOSTROPHE.sub("'", sentence.casefold())
        if len(text) != len(sentence):
            text = sentence.lower()
        held = 0
        for phrase in self._phrases:
            at = text.find(phrase)
            while at >= 0:
                held = max(held, self._weigh(text, at, at + len(phrase), whole=whole))
                at = text.find(phrase, at + 1)
            held = max(held, _open(text, phrase))
        return 0 if whole else held

    def _weigh(self, text: str, start: int, end: int, *, whole: bool) -> int:
        """How much to hold back for one phrase; what comes after it may turn it into a question."""
        if _DOUBT[self._language].search(text[:start]):
            return 0
        following = text[end:]
        if _ASKS.match(following):
            return 0
        if self._language == "zh" and not following and not whole:
            return len(text) - start
        raise Broken("concession")


def _open(text: str, phrase: str) -> int:
    longest = min(len(text), len(phrase) - 1)
    return next(
        (size for size in range(longest, 0, -1) if text.endswith(phrase[:size]) and _begins_word(text, size)), 0
    )


def _begins_word(text: str, size: int) -> bool:
    """Whether the last ``size`` characters begin a word; Chinese has no spaces to tell."""
    before = text[-size - 1 : -size]
    return not (before.isascii() and before.isalpha())

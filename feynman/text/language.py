"""Which language a text is written in."""

import re
from typing import Final

from feynman.domain import Language

__all__ = ["HAN", "detect_language", "has_han"]

HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ebef"

_HAN: Final = re.compile(f"[{HAN}]")
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z]+)?")
_TOO_FEW: Final = 2
_HAN_PER_WORD: Final = 1.5  # a Chinese word has about one and a half characters in running text


def has_han(text: str) -> bool:
    """Whether a Chinese character is in ``text``."""
    return _HAN.search(text) is not None


def detect_language(text: str, default: Language) -> Language:
    """Return the language most words of ``text`` are in; ``default`` when it has none or as many of each.

    A word or two ("ok", "好的") do not change the language of a conversation.
    """
    han = len(_HAN.findall(text)) / _HAN_PER_WORD
    latin = len(_LATIN.findall(text))
    if han == latin or max(han, latin) <= _TOO_FEW:
        return default
    return "zh" if han > latin else "en"

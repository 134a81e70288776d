"""Key points out of a free text."""

import math
import re
from typing import Final

from feynman.domain import KeyPoint, Language, Reference, TextTooLong, clean_text
from feynman.references.central import Encoder, choose
from feynman.references.claims import Claim, claims
from feynman.references.layout import plain
from feynman.text.language import HAN, detect_language

__all__ = ["MAX_TEXT", "from_text"]

MAX_TEXT: Final = 200_000

_FEWEST: Final = 2
_MOST: Final = 7
# The texts of tests/data/references have a claim for every 50 words, boilerplate and stories included.
_WORDS_PER_POINT: Final = 50
_HAN_PER_WORD: Final = 1.5  # by the starter library's key points, the same in both languages
_WORD: Final = re.compile(rf"[^\W_{HAN}]+")
_HAN: Final = re.compile(f"[{HAN}]")


def from_text(topic: str, text: str, language: Language, encoder: Encoder) -> Reference:
    """Take the most central claims of ``text`` as key points, in its order, each with its place in it.

    One for every 50 words or so, at least two and at most seven where there are so many; headings, boilerplate,
    questions, tasks, examples and stories are no claims, and a text without any gives a reference without points.
    ``language`` is for a text in which neither language is seen. CPU work of a second or so for the longest text: call
    it in a thread.

    Raises:
        TextTooLong: more than ``MAX_TEXT`` code points.
    """
    cleaned = clean_text(text)
    if len(cleaned) > MAX_TEXT:
        raise TextTooLong(len(cleaned), MAX_TEXT)
    spoken = detect_language(cleaned, language)
    chosen = choose(claims(plain(cleaned), spoken), topic, _count(cleaned), encoder)
    return Reference(topic=topic, source="text", points=tuple(map(_point, chosen)), text=cleaned)


def _count(text: str) -> int:
    words = len(_WORD.findall(text)) + len(_HAN.findall(text)) / _HAN_PER_WORD
    return min(_MOST, max(_FEWEST, math.ceil(words / _WORDS_PER_POINT)))


def _point(claim: Claim) -> KeyPoint:
    return KeyPoint(text=claim.text, start=claim.start, end=claim.end)

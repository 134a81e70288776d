"""A reply is in the learner's language."""

import re
from typing import Final

from feynman.domain import Language
from feynman.engines.llm.guard.rule import Broken
from feynman.text.language import HAN
from feynman.text.stopwords import ENGLISH
from feynman.text.tokens import words

__all__ = ["Tongue"]

_HAN: Final = re.compile(f"[{HAN}]")
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z]+)?")
_OTHER: Final = re.compile(r"[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]")  # Greek to Khmer, kana, Hangul
_FOREIGN: Final[dict[Language, int]] = {"en": 1, "zh": 3}  # words not heard from the learner; DNA and ATP are Chinese
_OTHER_LETTERS: Final = 3  # a symbol or two of a formula is no language
_ENOUGH: Final = 7


class Tongue:
    """Breaks when words of another language come up that are not in ``known`` (what the learner said)."""

    def __init__(self, language: Language, known: str) -> None:
        self._language = language
        self._known = known.casefold()

    def held(self, sentence: str, *, whole: bool) -> int:
        """Hold the beginning back until it has a word of the right language."""
        foreign = [word for word in self._foreign(sentence) if word.casefold() not in self._known]
        if len(foreign) > _FOREIGN[self._language] or len(_OTHER.findall(sentence)) > _OTHER_LETTERS:
            raise Broken("language")
        if whole and ((foreign and not self._own(sentence)) or not self._reads(sentence)):
            raise Broken("language")
        return len(sentence) if not whole and foreign and not self._own(sentence) else 0

    def _foreign(self, sentence: str) -> list[str]:
        return (_HAN if self._language == "en" else _LATIN).findall(sentence)

    def _own(self, sentence: str) -> bool:
        return (_LATIN if self._language == "en" else _HAN).search(sentence) is not None

    def _reads(self, sentence: str) -> bool:
        """Whether a longer sentence in Latin letters has an English word in it: French has them too, but others."""
        if self._language != "en":
            return True
        found = words(sentence)
        return len(found) < _ENOUGH or any(word in ENGLISH for word in found)

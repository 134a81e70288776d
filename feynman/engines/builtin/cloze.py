"""A key point with holes in it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from feynman.domain import Language
from feynman.text.language import HAN, detect_language, has_han
from feynman.text.tokens import content_words, segment

__all__ = ["beginning", "holes", "standing", "with_holes"]

_RUN: Final = re.compile(rf"[{HAN}]+|\d+(?:[.,]\d+)+|[^\W_{HAN}]+(?:['’][^\W\d_{HAN}]+)?")
_STANDING: Final = 0.4  # of the content words; with fewer one can't tell what the sentence is about
_OPENING: Final = 7  # words
_FEWEST: Final = 3
_CLAUSE_END: Final = re.compile(r"[,，;；:：]")
_CHAINED: Final = re.compile("(?:___){2,}")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a sentence; ``word`` is its content word, ``None`` for function words and all between words."""

    text: str
    word: str | None


def holes(point: str, said: Callable[[str], bool], language: Language) -> frozenset[str]:
    """Return the content words of ``point`` to leave out: those not ``said``.

    Where too little would be left, the most common of them stay; where all was said, the two rarest go.
    """
    own = detect_language(point, language)
    pieces = {piece.word: piece.text for piece in _dissect(point, own) if piece.word is not None}
    rarest_last = sorted(pieces, key=lambda word: _frequency(pieces[word], own), reverse=True)
    unsaid = [word for word in rarest_last if not said(word)]
    if not unsaid:
        return frozenset(rarest_last[-2:])
    spare = round(_STANDING * len(pieces)) - (len(pieces) - len(unsaid))
    return frozenset(unsaid[max(0, min(spare, len(unsaid) - 1)) :])


def with_holes(text: str, left_out: frozenset[str], language: Language) -> str:
    """Return ``text`` with a line where the words to leave out stood."""
    pieces = _dissect(text, detect_language(text, language))
    return _CHAINED.sub("____", "".join("___" if piece.word in left_out else piece.text for piece in pieces))


def beginning(text: str, left_out: frozenset[str], language: Language) -> str:
    """Return how ``text`` begins, half of it and seven words at most.

    Of a word to leave out its first letter is shown or, of a Chinese one, how many characters it has.
    """
    pieces = list(_dissect(text, detect_language(text, language)))
    most = min(_OPENING, sum(piece.text[:1].isalnum() for piece in pieces) // 2 + 1)
    shown, count = "", 0
    for piece in pieces:
        if count == most or (count >= _FEWEST and _CLAUSE_END.match(piece.text)):
            break
        shown += _masked(piece.text) if piece.word in left_out else piece.text
        count += piece.text[:1].isalnum()
    return shown.strip(" .。") + (" …" if not has_han(text) else "……")


def standing(text: str, left_out: frozenset[str], language: Language) -> float:
    """Return the share of the content words of ``text`` that are not left out, 0-1; 0 for a text without any."""
    found = [piece.word for piece in _dissect(text, detect_language(text, language)) if piece.word is not None]
    return sum(word not in left_out for word in found) / len(found) if found else 0.0


def _masked(word: str) -> str:
    return "□" * len(word) if has_han(word) or word[:1].isdigit() else f"{word[0]}___"


def _dissect(text: str, language: Language) -> Iterator[_Piece]:
    at = 0
    for match in _RUN.finditer(text):
        if match.start() > at:
            yield _Piece(text[at : match.start()], None)
        for word in segment(match.group()) if has_han(match.group()) else [match.group()]:
            found = content_words(word, language)
            yield _Piece(word, found[0] if len(found) == 1 else None)
        at = match.end()
    if at < len(text):
        yield _Piece(text[at:], None)


def _frequency(word: str, language: Language) -> float:
    return _frequencies(language).get(word.lower(), 0.0) if word[:1].isalpha() else 0.0


@lru_cache(maxsize=2)
def _frequencies(language: Language) -> dict[str, float]:
    """How often the words of a language come, those that come once in a million words or more often."""
    from wordfreq import get_frequency_dict  # noqa: PLC0415 # only who asks for a hint needs it

    frequencies: dict[str, float] = get_frequency_dict(language, "small")
    return frequencies

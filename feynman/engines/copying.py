"""Sentences that say back what the student has just read out from the reference: they show nothing yet."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from feynman.domain import Span
from feynman.engines.student import Lesson
from feynman.text.language import has_han
from feynman.text.tokens import words

__all__ = ["copied", "shown_points"]

_COPIED: Final = 0.75  # of a sentence's words; the rest is a lead-in, an ending, a word or two changed
_RUN: Final = 2  # words or Chinese characters in a row; less than that is shared by chance
_SHORTEST: Final = 3


def shown_points(lesson: Lesson) -> Iterator[str]:
    """The key points that earlier turns of this session have read out as the last help."""
    for turn in lesson.earlier:
        if turn.question is not None and turn.question.help == "answer":
            yield from (point.text for point in lesson.reference.points if point.text in turn.reply)


def copied(lesson: Lesson, sentences: tuple[Span, ...]) -> frozenset[int]:
    """Indices of the sentences that are, nearly word for word, a key point that was shown."""
    shown = [_parts(text) for text in dict.fromkeys(shown_points(lesson))]
    if not shown:
        return frozenset()
    return frozenset(
        at for at, sentence in enumerate(sentences) if any(_echoes(_parts(sentence.text), source) for source in shown)
    )


def _echoes(sentence: list[str], source: list[str]) -> bool:
    if len(sentence) < _SHORTEST:
        return False
    blocks = SequenceMatcher(None, source, sentence, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= _RUN) >= _COPIED * len(sentence)


def _parts(text: str) -> list[str]:
    """Words, of Chinese ones their characters."""
    return [part for word in words(text) for part in (word if has_han(word) else [word])]

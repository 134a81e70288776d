"""No question twice, not in other words either."""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Final

from feynman.domain import Gap
from feynman.engines.builtin.reading import Encoder
from feynman.engines.student import Lesson

__all__ = ["Novelty"]

# Cosines of the sentence encoder, measured on the starter library: of two probes of one topic 99 % are below 0.64
# (en) and 0.61 (zh); of pairs that say the same in other words half are above 0.6.
_SAME: Final = 0.6
_REMEMBERED: Final = 24  # questions
_TRIED: Final = 8  # candidates; encoding one takes two milliseconds
_QUOTED: Final = re.compile("“[^”]*”")


class Novelty:
    """Compares candidates with the meaning of the questions that this session has asked.

    Two questions about the same gap share its quote; they are compared without it.
    """

    def __init__(self, lesson: Lesson, gap: Gap, encoder: Encoder) -> None:
        asked = [turn.question for turn in lesson.earlier if turn.question is not None][-_REMEMBERED:]
        self._bare = [_bare(question.text) for question in asked if question.gap_id == gap.id]
        self._whole = [question.text for question in asked if question.gap_id != gap.id]
        self._encoder = encoder

    def newest(self, candidates: Iterable[str]) -> str | None:
        """Return the first candidate that is new, failing that the one least like what was asked."""
        best: tuple[float, str] | None = None
        for text in islice(candidates, _TRIED):
            likeness = self._likeness(text)
            if likeness < _SAME:
                return text
            if best is None or likeness < best[0]:
                best = (likeness, text)
        return None if best is None else best[1]

    def _likeness(self, text: str) -> float:
        pairs = ((_bare(text), self._bare), (text, self._whole))
        return max((self._cosine(own, others) for own, others in pairs if others), default=0.0)

    def _cosine(self, text: str, others: list[str]) -> float:
        vectors = self._encoder.encode([text, *others])
        return float((vectors[1:] @ vectors[0]).max())


def _bare(text: str) -> str:
    return _QUOTED.sub("…", text)

"""One question at a time: a reply ends with its first question mark."""

from collections.abc import AsyncIterator
from typing import Final

from feynman.domain import Question
from feynman.engines.student import Aside

__all__ = ["until_question"]

_MARKS: Final = frozenset("?？")
_OPENING: Final = dict(zip("“「『《", "”」』》", strict=True))


class _Scanner:
    """Looks for a question mark of the student's own; what stands in quotation marks is the learner's."""

    def __init__(self) -> None:
        self._closing: str | None = None

    def end(self, piece: str) -> int | None:
        """Return the index after the first question mark outside quotation marks."""
        for index, character in enumerate(piece):
            if self._closing is not None:
                if character == self._closing:
                    self._closing = None
            elif character in _OPENING:
                self._closing = _OPENING[character]
            elif character == '"':
                self._closing = '"'
            elif character in _MARKS:
                return index + 1
        return None


async def until_question(pieces: AsyncIterator[str | Question | Aside]) -> AsyncIterator[str | Question | Aside]:
    """Pass ``pieces`` on up to the first question mark; after it only the ``Question`` itself and asides still come."""
    scanner = _Scanner()
    asked = False
    async for piece in pieces:
        if not isinstance(piece, str):
            yield piece
        elif not asked:
            end = scanner.end(piece)
            asked = end is not None
            yield piece[:end]

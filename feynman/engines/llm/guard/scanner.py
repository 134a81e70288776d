"""Where sentences end in a text that is still being said."""

from typing import Final, Literal

__all__ = ["End", "Scanner"]

End = Literal["sentence", "question"]

_ENDS: Final = frozenset("。！!…；;\n")
_MARKS: Final = frozenset("?？")
_PAIRS: Final = dict(zip("“「『《", "”」』》", strict=True))


class Scanner:
    """Takes characters one by one; what stands in quotation marks is the learner's and ends nothing."""

    def __init__(self) -> None:
        self._closing: str | None = None
        self._dot = False

    def take(self, character: str) -> End | None:
        """Say what ends with ``character``; a full stop ends a sentence when white space follows it."""
        dot, self._dot = self._dot, character == "."
        if character == "\n":
            self._closing = None
            return "sentence"
        if self._closing is not None:
            self._closing = None if character == self._closing else self._closing
            return None
        if character in _PAIRS or character == '"':
            self._closing = _PAIRS.get(character, '"')
            return None
        if character in _MARKS:
            return "question"
        return "sentence" if character in _ENDS or (dot and character.isspace()) else None

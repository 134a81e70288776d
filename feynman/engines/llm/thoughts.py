"""Keeping what a reasoning model thinks apart from what it says."""

from typing import Final

from feynman.domain import ModelAnswerUnusable

__all__ = ["Thoughts", "without_thoughts"]

_OPEN: Final = ("<think>", "<thinking>", "<thought>")
_CLOSE: Final = ("</think>", "</thinking>", "</thought>")


class Thoughts:
    """Takes a stream's pieces and gives back what is said.

    ``thinking`` tells whether a thought is open, ``thought`` whether there was one.
    """

    def __init__(self) -> None:
        self.thinking = False
        self.thought = False
        self._tail = ""
        self._said = False

    def feed(self, piece: str) -> str:
        """Return what may be shown of everything fed so far and not shown yet.

        A tag may be spread over pieces: only the tail that can still become one is held back.

        Raises:
            ModelAnswerUnusable: a thought ends that never began, after it was shown.
        """
        text, said = self._tail + piece, []
        while True:
            tags = _CLOSE if self.thinking else (*_OPEN, *_CLOSE)
            at, tag = min(((text.find(tag), tag) for tag in tags if tag in text), default=(-1, ""))
            if at < 0:
                break
            if not self.thinking:
                said.append(self._kept(text[:at], tag))
            self.thinking = tag in _OPEN
            self.thought = True
            text = text[at + len(tag) :]
        held = _hanging(text, (*_OPEN, *_CLOSE))
        self._tail = text[len(text) - held :]
        if not self.thinking:
            said.append(text[: len(text) - held])
        return self._leading("".join(said))

    def finish(self) -> str:
        """Return what was held back."""
        rest, self._tail = self._tail, ""
        return "" if self.thinking else self._leading(rest)

    def _kept(self, text: str, tag: str) -> str:
        """What was said before ``tag``; before a closing tag without an opening one it was a thought."""
        if tag in _OPEN:
            return text
        if self._said:
            raise ModelAnswerUnusable("a thought was told")
        return ""

    def _leading(self, text: str) -> str:
        """``text`` without the white space before the first word."""
        text = text if self._said else text.lstrip()
        self._said = self._said or bool(text)
        return text


def without_thoughts(text: str) -> str:
    """Return a whole answer's text without its thoughts."""
    for tag in _CLOSE:
        text = text.rpartition(tag)[2]
    thoughts = Thoughts()
    return thoughts.feed(text) + thoughts.finish()


def _hanging(text: str, tags: tuple[str, ...]) -> int:
    """How many of the last characters of ``text`` may be the beginning of a tag."""
    longest = min(len(text), max(map(len, tags)) - 1)
    return next((size for size in range(longest, 0, -1) if any(tag.startswith(text[-size:]) for tag in tags)), 0)

"""The learner's words in one turn."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from feynman.domain.base import Frozen, Language
from feynman.domain.errors import EmptyText, TextTooLong

__all__ = [
    "MAX_EXPLANATION",
    "MAX_TOPIC",
    "VISIBLE",
    "Explanation",
    "clean_text",
    "is_visible",
    "topic_text",
    "visible_text",
]

MAX_EXPLANATION: Final = 20_000
MAX_TOPIC: Final = 200

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

# Neither white space, nor a control character, nor one of the format characters that show nothing by themselves. By
# code points and not by category, so that it means the same in every regular expression (the API's document has it),
# and a character that is younger than Python's tables is one. NUL is stored as U+FFFD, which is visible.
VISIBLE: Final = r"[^\s\u0001-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
"""What a text must have, as a regular expression for one character."""

_VISIBLE: Final = re.compile(VISIBLE)


def clean_text(text: str) -> str:
    """Replace what no database or encoding holds (NUL, lone surrogates) by U+FFFD; all else stays as typed."""
    return _UNSTORABLE.sub("\ufffd", text)


def is_visible(text: str) -> bool:
    """Whether anything of ``text`` can be seen."""
    return _VISIBLE.search(text) is not None


def visible_text(text: str, limit: int) -> str:
    """Return ``text`` cleaned.

    Raises:
        EmptyText: nothing of it can be seen.
        TextTooLong: more than ``limit`` code points.
    """
    cleaned = clean_text(text)
    if len(cleaned) > limit:
        raise TextTooLong(len(cleaned), limit)
    if not is_visible(cleaned):
        raise EmptyText("the text is empty")
    return cleaned


def topic_text(text: str) -> str:
    """Return a topic cleaned and on one line, with single spaces.

    Raises:
        EmptyText: no letter, digit or symbol in it.
        TextTooLong: more than ``MAX_TOPIC`` code points.
    """
    return " ".join(visible_text(text, MAX_TOPIC).split())


def _explanation(text: str) -> str:
    return visible_text(text, MAX_EXPLANATION)


class Explanation(Frozen):
    """What the learner said in one turn; built once, at the edge.

    ``turn_id`` is chosen by the caller so that sending the same turn twice stores it once.

    Raises:
        EmptyText, TextTooLong: as they are, not wrapped in a ``ValidationError``.
    """

    topic: Annotated[str, AfterValidator(topic_text)]
    text: Annotated[str, AfterValidator(_explanation)]
    language: Language
    learner_id: str = Field(min_length=1, max_length=64)
    session_id: str = Field(min_length=1, max_length=64)
    turn_id: str = Field(min_length=1, max_length=64)

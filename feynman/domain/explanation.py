"""The learner's words in one turn."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from feynman.domain.base import Frozen, Language
from feynman.domain.errors import EmptyText, TextTooLong

__all__ = ["MAX_EXPLANATION", "MAX_TOPIC", "Explanation", "clean_text", "topic_text", "visible_text"]

MAX_EXPLANATION: Final = 20_000
MAX_TOPIC: Final = 200

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Replace what no database or encoding holds (NUL, lone surrogates) by U+FFFD; all else stays as typed."""
    return _UNSTORABLE.sub("\ufffd", text)


def visible_text(text: str, limit: int) -> str:
    """Return ``text`` cleaned.

    Raises:
        EmptyText: no letter, digit or symbol in it.
        TextTooLong: more than ``limit`` code points.
    """
    cleaned = clean_text(text)
    if len(cleaned) > limit:
        raise TextTooLong(len(cleaned), limit)
    if not any(character.isprintable() and not character.isspace() for character in cleaned):
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

"""A conversation in the seed's form as exchanges to keep."""

from collections.abc import Sequence
from typing import Final

from feynman.domain import MAX_EXPLANATION, EmptyText, Language, Message, clean_text, is_visible, visible_text
from feynman.records import Told
from feynman.text.language import detect_language
from feynman.text.sentences import split_sentences

__all__ = ["exchanges", "said"]

_LEARNER: Final = frozenset({"user", "human"})
_UNSPOKEN: Final = frozenset({"system", "developer", "tool", "function"})


def said(history: Sequence[Message]) -> list[str]:
    """The learner's lines (role ``user`` or ``human``), blank ones left out.

    Raises:
        EmptyText: there is none.
        TextTooLong: one is longer than an explanation may be.
    """
    lines = [visible_text(line.content, MAX_EXPLANATION) for line in _spoken(history) if _is_learner(line)]
    if not lines:
        raise EmptyText("the conversation has no line of the learner (role user)")
    return lines


def exchanges(history: Sequence[Message], language: Language) -> list[Told]:
    """Pair the learner's lines with the replies that follow them.

    Instructions (``system``, ``developer``, ``tool``, ``function``) are left out, and so is what comes before the
    learner's first line. ``language`` is that of words too few to tell theirs.

    Raises:
        EmptyText, TextTooLong: as ``said``.
    """
    texts, spoken = said(history), _spoken(history)
    starts = [at for at, line in enumerate(spoken) if _is_learner(line)]
    ends = [*starts[1:], len(spoken)]
    return [
        _told(text, spoken[start + 1 : end], language) for text, start, end in zip(texts, starts, ends, strict=True)
    ]


def _told(text: str, replies: Sequence[Message], language: Language) -> Told:
    own = detect_language(text, language)
    reply = "\n\n".join(clean_text(line.content) for line in replies)
    return Told(text=text, reply=reply, language=own, sentences=tuple(split_sentences(text, own)))


def _spoken(history: Sequence[Message]) -> list[Message]:
    return [line for line in history if line.role.lower() not in _UNSPOKEN and is_visible(line.content)]


def _is_learner(line: Message) -> bool:
    return line.role.lower() in _LEARNER

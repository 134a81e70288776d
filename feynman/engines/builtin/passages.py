"""Where in a text a key point was taken from."""

import re
from dataclasses import dataclass
from typing import Final

from feynman.domain import Reference
from feynman.text.language import detect_language
from feynman.text.sentences import split_sentences

__all__ = ["Passage", "passage_of"]

_REACH: Final = 600  # code points; a sentence that begins earlier is too long to be shown
_LONGEST: Final = 200
_PARAGRAPH: Final = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Passage:
    """Paragraph ``number`` of ``count``, and the sentence ``before`` the point if there is one of usable length."""

    number: int
    count: int
    before: str | None


def passage_of(reference: Reference, at: int) -> Passage | None:
    """Return the place of key point ``at`` in the reference's text; ``None`` for a point that came from no text."""
    start, text = reference.points[at].start, reference.text
    if start is None or text is None:
        return None
    paragraphs = _paragraphs(text)
    number = sum(begin <= start for begin in paragraphs)
    head = text[max(0, start - _REACH) : start]
    sentences = split_sentences(head, detect_language(head, "en"))
    before = " ".join(sentences[-1].text.split()) if sentences else ""
    return Passage(max(number, 1), max(len(paragraphs), 1), before if 0 < len(before) <= _LONGEST else None)


def _paragraphs(text: str) -> list[int]:
    """Where the paragraphs begin; without empty lines each line is one."""
    breaks = _PARAGRAPH if _PARAGRAPH.search(text.strip()) else re.compile(r"\n")
    starts = [0, *(match.end() for match in breaks.finditer(text))]
    return [start for start, end in zip(starts, [*starts[1:], len(text)], strict=True) if text[start:end].strip()]

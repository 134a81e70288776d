"""Sentences with their exact places."""

import re
from collections.abc import Iterator
from typing import Final

from feynman.domain import Language, Span
from feynman.text.language import has_han

__all__ = ["MAX_SENTENCE", "split_clauses", "split_sentences", "trimmed"]

MAX_SENTENCE: Final = 400

_CLOSING: Final = "\"'”’」』）)\\]】》"
_STOP: Final = re.compile(rf"(?:[。！？!?；;…]+|\.+)[{_CLOSING}]*|\n\s*")
_BREAK: Final = re.compile(r"[,，、：:]|\s")
_CLAUSE: Final = re.compile(r"[,，:：]+|——|--|\s[–—-]\s")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(（“\"'])(?:(?:[A-Za-z]\.)*[A-Za-z]|e\.g|i\.e|etc|vs|dr|mrs?|ms|prof|st|fig|figs|no|nos|eq|approx|ca|cf|al|jr|sr|inc"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|u\.s|a\.m|p\.m)\.$",
    re.IGNORECASE,
)
_LIST_MARK: Final = re.compile(r"(?:\d{1,3}|[A-Za-z])\.")
_SPACES: Final = re.compile(r"\s*")
_FINAL_ABBREVIATION: Final = re.compile(r"(?:etc|a\.m|p\.m|jr|inc|al|[^A-Za-z][A-HJ-Z])\.$", re.IGNORECASE)


def split_sentences(text: str, language: Language) -> list[Span]:
    """Split ``text`` into sentences, in order, without overlap; every visible character is in one of them.

    A sentence keeps its closing marks and is at most ``MAX_SENTENCE`` code points long; longer ones are cut
    at a comma or a space. ``language`` decides only about marks that the languages use differently.
    """
    spans: list[Span] = []
    for start, end in _bounds(text, language):
        spans.extend(_short_enough(text, start, end))
    return spans


def split_clauses(sentence: Span) -> list[Span]:
    """Split a sentence at commas, colons and dashes; offsets are those of the sentence's own source."""
    cuts = [match.end() for match in _CLAUSE.finditer(sentence.text)]
    bounds = zip([0, *cuts], [*cuts, len(sentence.text)], strict=True)
    pieces = (trimmed(sentence.text, start, end) for start, end in bounds)
    return [
        Span(start=sentence.start + piece.start, end=sentence.start + piece.end, text=piece.text)
        for piece in pieces
        if piece is not None
    ]


def trimmed(text: str, start: int, end: int) -> Span | None:
    """Return ``text[start:end]`` without white space at its ends; ``None`` when nothing is left."""
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    body = piece.strip()
    return Span(start=left, end=left + len(body), text=body) if body else None


def _bounds(text: str, language: Language) -> Iterator[tuple[int, int]]:
    start = _after_space(text, 0)
    for match in _STOP.finditer(text):
        if match.end() > start and _ends_sentence(text, start, match, language):
            yield start, match.end()
            start = _after_space(text, match.end())
    yield start, len(text)


def _after_space(text: str, at: int) -> int:
    # Slices of the rest would make a long text's time grow with its square.
    found = _SPACES.match(text, at)
    return at if found is None else found.end()


def _next_character(text: str, at: int) -> str:
    at = _after_space(text, at)
    return text[at : at + 1]


def _ends_sentence(text: str, start: int, match: re.Match[str], language: Language) -> bool:
    mark = match.group()
    if mark.isspace():
        return True
    following = text[match.end() : match.end() + 1]
    if mark.startswith("."):
        return _dot_ends(text, start, match, following)
    if mark[-1] in "\"'”’" and language == "en":
        return not _next_character(text, match.end()).islower()
    return True


def _dot_ends(text: str, start: int, match: re.Match[str], following: str) -> bool:
    if following and not (following.isspace() or has_han(following)):
        return False
    if match.group() != ".":
        return True
    head = text[max(start, match.start() - 12) : match.end()]
    if _LIST_MARK.fullmatch(text, start, match.end()):
        return False
    if not _ABBREVIATION.search(head):
        return True
    return _FINAL_ABBREVIATION.search(head) is not None and _next_character(text, match.end()).isupper()


def _short_enough(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > MAX_SENTENCE:
        cuts = [match.end() for match in _BREAK.finditer(text, start + 1, start + MAX_SENTENCE)]
        cut = cuts[-1] if cuts else start + MAX_SENTENCE
        piece = trimmed(text, start, cut)
        if piece is not None:
            yield piece
        start = cut
    piece = trimmed(text, start, end)
    if piece is not None:
        yield piece

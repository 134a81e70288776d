"""Finding a quotation in the text it was taken from."""

import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from typing import Final

from feynman.domain import Span
from feynman.text.language import HAN

__all__ = ["locate"]

_TOKEN: Final = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")
_CANDIDATES: Final = 6
_MIN_RATIO: Final = 0.75
_MAX_FUZZY: Final = 200  # code points; SequenceMatcher is quadratic


def locate(quote: str, text: str) -> Span | None:
    """Return where ``quote`` stands in ``text``: verbatim, else in other case, width, spacing or punctuation.

    Failing that the most similar passage (character ratio of at least 0.75); ``None`` when there is none.
    """
    if not quote.strip():
        return None
    at = text.find(quote)
    if at >= 0:
        return _span(text, at, at + len(quote))
    return _folded_match(quote, text) or _similar(quote, text)


def _span(text: str, start: int, end: int) -> Span:
    return Span(start=start, end=end, text=text[start:end])


def _folded(text: str) -> tuple[str, list[int]]:
    characters: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        for folded in unicodedata.normalize("NFKC", character).casefold():
            if folded.isalnum():
                characters.append(folded)
                origins.append(index)
    return "".join(characters), origins


def _folded_match(quote: str, text: str) -> Span | None:
    wanted, _ = _folded(quote)
    source, origins = _folded(text)
    at = source.find(wanted) if wanted else -1
    return None if at < 0 else _span(text, origins[at], origins[at + len(wanted) - 1] + 1)


def _similar(quote: str, text: str) -> Span | None:
    tokens = list(_TOKEN.finditer(text))
    keys = [token.group().casefold() for token in tokens]
    wanted = [key.casefold() for key in _TOKEN.findall(quote)]
    if not wanted or not keys or len(quote) > _MAX_FUZZY:
        return None
    windows = [
        (tokens[first].start(), tokens[last].end())
        for start in _promising(keys, wanted)
        for size in (len(wanted), len(wanted) + 1 + len(wanted) // 5)
        for first, last in [_tightened(keys, start, min(start + size, len(keys)), set(wanted))]
    ]
    rated = [(_ratio(quote, text[start:end]), -start, end) for start, end in dict.fromkeys(windows)]
    ratio, start, end = max(rated)
    return _span(text, -start, end) if ratio >= _MIN_RATIO else None


def _promising(keys: list[str], wanted: list[str]) -> list[int]:
    size = len(wanted)
    need, have, shared = Counter(wanted), Counter[str](), 0
    overlaps: list[tuple[int, int]] = []
    for index, key in enumerate(keys):
        have[key] += 1
        shared += have[key] <= need[key]
        if index >= size:
            gone = keys[index - size]
            shared -= have[gone] <= need[gone]
            have[gone] -= 1
        overlaps.append((-shared, max(0, index - size + 1)))
    return [start for _, start in sorted(overlaps)[:_CANDIDATES]]


def _tightened(keys: list[str], start: int, end: int, wanted: set[str]) -> tuple[int, int]:
    first, last = start, end - 1
    while first < last and keys[first] not in wanted:
        first += 1
    while last > first and keys[last] not in wanted:
        last -= 1
    return first, last


def _ratio(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one.casefold(), other[: 2 * _MAX_FUZZY].casefold(), autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _MIN_RATIO else 0.0

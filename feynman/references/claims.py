"""Which sentences of a text state something that could be a key point."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from feynman.domain import Language, Span
from feynman.references.layout import Block, blocks, columns, folded
from feynman.text.language import HAN, has_han
from feynman.text.sentences import split_sentences

__all__ = ["Claim", "claims"]

_SHORTEST: Final = {True: 8, False: 5}  # Chinese characters, or words
_LONGEST: Final = {True: 110, False: 55}
_FOLDING: Final = re.compile(r"[;；][\"'”’」』）)]*\s*$")
_ENDED: Final = re.compile(r"[.!。！…][\"'”’」』）)\]]*$")
_STOP: Final = re.compile(r"[.!?](?:\s|$)|[。！？]")
_ASKS: Final = re.compile(r"[?？][\"'”’」』）)\]]*$")
_UNIT: Final = re.compile(rf"[{HAN}]|[^\W{HAN}]+(?:['’-][^\W{HAN}]+)*")
_OFF: Final = ("boilerplate", "talk", "example", "order")
_TALE: Final = ("story", "own")
_COLON: Final = re.compile(r"[:：]\s*$")


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence with what speaks for and against it; ``block`` counts paragraphs, ``place`` sentences in it.

    ``part`` is the heading above it, or the paragraph when the text has no headings.

    ``before`` is the number of the sentence just before it when that is a claim too.
    """

    text: str
    start: int
    end: int
    block: int
    place: int
    part: str | int
    points_back: bool
    links: bool
    addresses: bool
    shouts: bool
    tells: bool
    long: bool
    before: int | None = None


@dataclass(frozen=True, slots=True)
class _Judged:
    span: Span
    text: str
    reason: str | None


def claims(text: str, language: Language) -> list[Claim]:
    """Return the claims of ``text`` (``plain``), in order; when it has no sentences, its lines count as such."""
    found = _claims(text, language, blocks(text)) if _STOP.search(text) else []
    return found or _claims(text, language, blocks(text, bare=True))


def _claims(text: str, language: Language, parts: list[Block]) -> list[Claim]:
    found: list[Claim] = []
    headed = len({block.title for block in parts}) > 1
    for number, block in enumerate(parts):
        if _is("sections", block.title):
            continue
        judged = [_judge(span, block) for span in _sentences(text, block, language)]
        if _is_tale(judged):
            continue
        found.extend(_kept(judged, number, block.title if headed else number, len(found)))
    return found


def _is_tale(judged: list[_Judged]) -> bool:
    """Whether a paragraph is a story: most of it, or half and its beginning."""
    told = sum(each.reason == "tale" for each in judged)
    return 2 * told > len(judged) or (2 * told == len(judged) and judged[0].reason == "tale")


def _kept(judged: list[_Judged], block: int, part: str | int, count: int) -> Iterator[Claim]:
    """The claims of one paragraph; what points back to a sentence that was left out is left out too."""
    lost, before = False, None
    for place, each in enumerate(judged):
        back = _is("pointing", each.text)
        lost = each.reason is not None or (lost and back)
        if lost:
            before = None
            continue
        yield Claim(
            text=each.text,
            start=each.span.start,
            end=each.span.end,
            block=block,
            place=place,
            part=part,
            points_back=back,
            links=_is("linking", each.text),
            addresses=_is("address", each.text),
            shouts=each.text.endswith(("!", "！")),
            tells=_is("telling", each.text),
            long=_size(each.text) > _LONGEST[has_han(each.text)] / 2,
            before=before,
        )
        before, count = count, count + 1


def _sentences(text: str, block: Block, language: Language) -> Iterator[Span]:
    """Sentences at their places in the whole text; what a semicolon joins stays one."""
    line = text[block.start : block.end].replace("\n", " ")
    first: Span | None = None
    for span in split_sentences(line, language):
        start = span.start if first is None else first.start
        joined = Span(start=start, end=span.end, text=line[start : span.end])
        if _FOLDING.search(span.text):
            first = joined
            continue
        first = None
        yield _moved(joined, block.start)
    if first is not None:
        yield _moved(first, block.start)


def _moved(span: Span, by: int) -> Span:
    return Span(start=span.start + by, end=span.end + by, text=span.text)


def _judge(span: Span, block: Block) -> _Judged:
    line = folded(span.text)
    return _Judged(span, line, _reason(line, block))


def _reason(line: str, block: Block) -> str | None:
    """Why a sentence is no claim, ``None`` when it is one."""
    size, chinese = _size(line), has_han(line)
    if any(_is(name, line) for name in _OFF):
        return "off"
    if any(_is(name, line) for name in _TALE):
        return "tale"
    if _ASKS.search(line) or _COLON.search(line):
        return "asks"
    if not _SHORTEST[chinese] <= size <= _LONGEST[chinese]:
        return "size"
    return None if _ENDED.search(line) or block.item or columns(line) > 2 * _SHORTEST[True] else "fragment"


def _size(line: str) -> int:
    """How many Chinese characters and words there are."""
    return len(_UNIT.findall(line))


def _is(name: str, line: str) -> bool:
    return _pattern(name).search(line) is not None


@lru_cache(maxsize=32)
def _pattern(name: str) -> re.Pattern[str]:
    alternatives = "|".join(f"(?:{each})" for each in _table()[name])
    if name == "sections":
        alternatives = rf"^[\d\s.、#一二三四五六七八九十]*(?:{alternatives})\W*$"
    return re.compile(alternatives, 0 if name == "own" else re.IGNORECASE)


@lru_cache(maxsize=1)
def _table() -> dict[str, list[str]]:
    return tomllib.loads((Path(__file__).parent / "claims.toml").read_text("utf-8"))

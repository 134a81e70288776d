"""A text's paragraphs and list items, without headings, code, tables and markup, each at its exact place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from feynman.text.language import HAN

__all__ = ["Block", "blocks", "columns", "folded", "plain"]

Kind = Literal["prose", "item", "heading", "gap", "noise"]

_WRAPPED: Final = 40  # columns; a line that ends shorter than this was ended on purpose
_HEADING: Final = 64  # columns
_HAN_HEADING: Final = 32
_FEW_WORDS: Final = 9

_BLANKED: Final = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"^(```|~~~).*?(?:^\1[^\n]*$|\Z)", re.MULTILINE | re.DOTALL),
        # Each looks as far as the next of its kind begins: a text of nothing but beginnings would take minutes.
        (r"<!--(?:(?!<!--).)*?-->", re.DOTALL),
        (r"<(script|style)\b(?:(?!<\1\b).){0,20000}?</\1>", re.DOTALL | re.IGNORECASE),
        (r"</?[A-Za-z][^<>\n]{0,300}>", 0),
        (r"!\[[^\]\n]{0,300}\]\([^)\n]{0,500}\)", 0),
        (r"\]\([^)\n]{0,500}\)", 0),
        (r"\[(?:\d{1,3}(?:[,–-]\s?\d{1,3})*|citation needed|来源请求)\]", 0),
        (r"\[(?=[^\]\n]{1,300}\s)", 0),
        (r"\*{1,3}(?=\S)|(?<=\S)\*{1,3}|(?<![A-Za-z0-9])__?(?=\S)|(?<=\S)__?(?![A-Za-z0-9])|`", 0),
        ("[\r\t\x0b\x0c\u00a0\u2000-\u200b\u202f\u2060\u3000\ufeff\u00ad]", 0),
    )
)
_MARK: Final = re.compile(
    r"\s*(?:>\s*)*(?:([-*•●▪◦·–—+]|\(?\d{1,2}[.)](?!\d)|\d{1,2}、|[（(]\d{1,2}[)）]|[①-⑳]|[A-Za-z][.)])\s+|(?=[①-⑳（(]\d?)([①-⑳]|[（(]\d{1,2}[)）])\s*"
    r"|(\d{1,2}[、．]|\d{1,2}\.(?=[" + HAN + r"]))\s*)?"
)
_QUOTED: Final = re.compile(r"\s*(?:>\s*)*")
_TITLE: Final = re.compile(
    r"\s*(?:#{1,6}\s|={2,6}\s?\S.*={2,6}\s*$|(?:chapter|unit|lesson|part|section)\s+[\divxlc]+\b|第[一二三四五六七八九十百\d]+[章节课单元部]"
    r"|[一二三四五六七八九十]{1,3}、|(?:\d{1,2}\.){1,3}\d{0,2}\s+[A-Z" + HAN + r"][^.。]*$)",
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"[-=_*~—–#]{2,}|[-—–\s]*\d{1,4}[-—–\s]*")
_ENDED: Final = re.compile(r"[.!?。！？…;；:：][\"'”’」』）)\]]*\s*$")
_HAN: Final = re.compile(f"[{HAN}]")
_LOOSE: Final = re.compile(rf"(?<=[{HAN}，。、；：！？])\s+(?=[{HAN}])|\s+(?=[,.;:!?)，。、；：！？）])")
_CELLS: Final = 2


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a list item at ``[start, end)``; ``title`` is the heading above it, empty when there is none."""

    start: int
    end: int
    item: bool
    title: str


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    kind: Kind


def plain(text: str) -> str:
    """Return ``text`` with code, tags and markup replaced by as many spaces: every offset stays what it was."""
    for pattern in _BLANKED:
        text = pattern.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
    return text


def folded(text: str) -> str:
    """Return a piece of a text on one line, with single spaces, none between Chinese characters or before a mark."""
    return _LOOSE.sub("", " ".join(text.split()))


def blocks(text: str, *, bare: bool = False) -> list[Block]:
    """Return the paragraphs and list items of ``text``, which is ``plain``, in order.

    ``bare``: each line is an item of its own; else a short one that ends in no full stop is a heading and a long one
    goes on in the next.
    """
    found: list[Block] = []
    title = ""
    opened: Block | None = None
    for line in _lines(text, bare=bare):
        if opened is not None and line.kind == "prose" and _goes_on(text, opened):
            opened = replace(opened, end=line.end)
            continue
        if opened is not None:
            found.append(opened)
            opened = None
        if line.kind == "heading":
            title = text[line.start : line.end].strip(" #=")
        elif line.kind in ("prose", "item") and line.end > line.start:
            opened = Block(line.start, line.end, line.kind == "item", title)
    return found if opened is None else [*found, opened]


def columns(text: str) -> int:
    """The width of ``text``, a Chinese character counting twice."""
    return len(text) + len(_HAN.findall(text))


def _goes_on(text: str, block: Block) -> bool:
    """Whether the block's last line was wrapped rather than ended."""
    last = text[text.rfind("\n", 0, block.end) + 1 : block.end]
    if _ENDED.search(last):
        return not block.item
    return columns(last.strip()) >= _WRAPPED


def _lines(text: str, *, bare: bool) -> Iterator[_Line]:
    wrapped = False
    start = 0
    rows = text.split("\n")
    for at, row in enumerate(rows):
        after = rows[at + 1] if at + 1 < len(rows) else ""
        kind, offset = _kind(row, after, wrapped=wrapped and not bare)
        if bare and kind in ("prose", "heading") and not _TITLE.match(row):
            kind = "item"
        end = start + len(row.rstrip())
        yield _Line(min(start + offset, end), end, kind)
        wrapped = kind in ("prose", "item") and not _ENDED.search(row) and columns(row.strip()) >= _WRAPPED
        start += len(row) + 1


def _kind(row: str, after: str, *, wrapped: bool) -> tuple[Kind, int]:
    """What a line is and where its words begin; ``wrapped``: the line before it goes on."""
    line = row.strip()
    if not line:
        return "gap", 0
    if _RULE.fullmatch(line) or row.count("|") + row.count("｜") >= _CELLS:
        return "noise", 0
    if _TITLE.match(line) and not _ENDED.search(line):
        return "heading", 0
    mark = _MARK.match(row)
    if mark is not None and any(mark.groups()):
        return "item", mark.end()
    begin = _QUOTED.match(row)
    offset = 0 if begin is None else begin.end()
    return ("prose" if wrapped or not _is_title(row, after) else "heading"), offset


def _is_title(row: str, after: str) -> bool:
    """Whether a line of its own looks like a heading: short, not ended, few words or most of them with a capital."""
    line = row.strip()
    if re.fullmatch(r"\s*(?:={3,}|-{3,})\s*", after):
        return True
    if _ENDED.search(line) or columns(line) > _HEADING:
        return False
    if _HAN.search(line):
        return columns(line) <= _HAN_HEADING
    words = line.split()
    capitals = sum(word[:1].isupper() for word in words)
    return len(words) < _FEW_WORDS or capitals > len(words) / 2

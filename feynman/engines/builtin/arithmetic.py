"""Sums that do not add up."""

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Final

from feynman.domain import GapKind, Span
from feynman.engines.builtin.scene import Draft, Scene
from feynman.engines.builtin.sums import Side, Token, equations, value_of

__all__ = ["arithmetic", "wrong_sums"]

_MOST: Final = 50  # drafts are compared pairwise; a page of sums must not cost a second
_STRICT: Final = frozenset({"=", "==", "equals", "等于"})
_ROUGHLY: Final = re.compile(r"≈|about|roughly|nearly|约")
_ROUGH: Final = Fraction(3, 20)
_BEFORE: Final = re.compile(r"(?:[\w.:,$€£√\])'\"”’]|[-+*/×x·÷^=<>−%] ?)$")
_AFTER: Final = re.compile(
    r"[\d%‰²³^:]|[.,]\d|\s*(?:[+*/×÷^<>=]|[-−]\s*\d|plus\b|minus\b|times\b|divided\b|or\b|[加减乘除分倍点多几])"
)
_UNIT: Final = re.compile(r"\s?[^\W\d_]")
_NEW_UNITS: Final = frozenset({7, 12, 24, 30, 60, 365, 1440, 3600})
# Where sums follow other rules: other bases, remainders, clocks, joined texts.
_OTHER_RULES: Final = re.compile(
    r"binary|\bbase[- ]\w+|hexadecimal|octal|\bmod(?:ulo)?\b|remainder|o'?clock|\bstrings?\b|\bbits?\b"
    r"|进制|取余|余数|取模|钟表|字符串|点钟|二进",
    re.IGNORECASE,
)


def arithmetic(scene: Scene) -> list[Draft]:
    """One draft per sum whose stated result is wrong, in figures or in words."""
    reported = [
        sentence for sentence in scene.reading.sentences if scene.lexicon.has("belief_of_others", sentence.text)
    ]
    wrong = [span for span in wrong_sums(scene.text) if not any(_within(span, sentence) for sentence in reported)]
    return [Draft(GapKind.FACTUAL_ERROR, 0.95, 3, span=span, detail=span.text) for span in wrong[:_MOST]]


def wrong_sums(text: str) -> list[Span]:
    """The places of sums whose stated result is wrong by more than its own rounding.

    Sums of other rules (another base, remainders, clock times) are left alone, as is what may be a range or a date.
    """
    if _OTHER_RULES.search(text):
        return []
    return list(_wrong_sums(text))


def _wrong_sums(text: str) -> Iterator[Span]:
    for begin, side, mark, result in equations(text):
        if side.plain or not result.plain or not side.tokens or not _is_free(text, begin, side, result):
            continue
        stated = result.tokens[0]
        if not _is_clear(side, mark, stated):
            continue
        value = value_of(side)
        if value is not None and not _holds(value, stated, text, mark):
            start, end = side.tokens[0].start, stated.end
            yield Span(start=start, end=end, text=text[start:end])


def _within(span: Span, sentence: Span) -> bool:
    return sentence.start <= span.start < sentence.end


def _is_free(text: str, begin: int, side: Side, result: Side) -> bool:
    """Whether the sum is not cut out of something longer, such as an equation with letters, a date or a version."""
    before, after = text[max(0, begin - 2) : begin], text[result.tokens[-1].end :][:12]
    latin = side.tokens[0].text[0].isascii()
    joined = bool(_BEFORE.search(before)) if latin else before[-1:].isdigit()
    return not (joined and not _is_han(before[-1:])) and not _AFTER.match(after)


def _is_han(character: str) -> bool:
    return character >= "\u4e00"


def _is_clear(side: Side, mark: Token, stated: Token) -> bool:
    """Whether the words can only be meant as a sum: "ages 3-4 is ..." is a range, "1/2 is ..." a date or a fraction."""
    signs = [token for token in side.tokens if token.kind == "sign"]
    if any(token.text in "-−/x" for token in signs) and mark.text.lower() not in _STRICT:
        return False
    shares = [one.kind == "percent" for one, other in pairwise(side.tokens) if other.text.lower() == "of"]
    if not all(shares):
        return False  # "step 2 of 3"
    if any(re.match(r"0\d", token.text) for token in (*side.tokens, stated)):
        return False
    percents = [token.kind == "percent" for token in (*side.tokens, stated) if token.kind in ("number", "percent")]
    added = any(token.text.lower() in ("+", "-", "−", "plus", "minus") or token.text[0] in "加减" for token in signs)
    return not (added and any(percents) and not all(percents)) and (
        stated.kind != "percent" or all(percents) or not added
    )


def _holds(value: Fraction, stated: Token, text: str, mark: Token) -> bool:
    result = stated.value
    if mark.text == "≈" or _ROUGHLY.search(mark.text):
        return abs(value - result) <= _ROUGH * abs(value)
    if value == result:
        return True
    if _UNIT.match(text[stated.end : stated.end + 2]) and result and _changes_unit(value / result):
        return True
    if value.denominator == 1:
        return False
    decimals = re.search(r"\.(\d+)", stated.text)
    rounding = Fraction(1, 10 ** len(decimals[1]) if decimals else 1)
    return abs(value - result) <= (rounding / 100 if stated.kind == "percent" else rounding)


def _changes_unit(ratio: Fraction) -> bool:
    """Whether the result may be the same amount in another unit: 5 times 200 is 1 kilometre."""
    factor = ratio if ratio > 1 else 1 / ratio if ratio > 0 else ratio
    if factor in _NEW_UNITS:
        return True
    whole = factor.denominator == 1
    return whole and re.fullmatch(r"10{1,9}", str(factor.numerator)) is not None

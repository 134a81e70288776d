"""Sums that do not add up."""

import re
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Final

from feynman.domain import GapKind, Span
from feynman.engines.builtin.scene import Draft, Scene

__all__ = ["arithmetic", "wrong_sums"]

_NUMBER: Final = r"\d{1,12}(?:\.\d{1,6})?"
_SUM: Final = re.compile(
    rf"(?<![\d.,+*/×x÷^²³=(-])(?<![+*/×÷-] )(?P<one>{_NUMBER})\s*"
    r"(?P<sign>\+|-|−|\*|×|x|·|/|÷|\bplus\b|\bminus\b|\btimes\b|\bdivided by\b|加上?|减去?|乘以?|除以)\s*"
    rf"(?P<other>{_NUMBER})\s*(?P<equal>=|\bis\b|\bequals\b|\bmakes\b|\bgives\b|等于|得|是)\s*"
    rf"(?P<result>-?{_NUMBER})(?![\d%‰²³^]|[.,]\d|\s*[+*/×÷^-]\s*\d|\s*(?:plus|minus|times|divided|加|减|乘|除|分))",
    re.IGNORECASE,
)
_MOST: Final = 50  # drafts are compared pairwise; a page of sums must not cost a second
_SIGNS: Final = {
    **dict.fromkeys(("+", "plus", "加", "加上"), "+"),
    **dict.fromkeys(("-", "−", "minus", "减", "减去"), "-"),
    **dict.fromkeys(("*", "×", "x", "·", "times", "乘", "乘以"), "*"),
    **dict.fromkeys(("/", "÷", "divided by", "除以"), "/"),
}


def arithmetic(scene: Scene) -> list[Draft]:
    """One draft per plain sum of two numbers whose stated result is wrong."""
    if any(scene.lexicon.has("belief_of_others", sentence.text) for sentence in scene.reading.sentences):
        return []
    wrong = wrong_sums(scene.text)[:_MOST]
    return [Draft(GapKind.FACTUAL_ERROR, 0.95, 3, span=span, detail=span.text) for span in wrong]


def wrong_sums(text: str) -> list[Span]:
    """The places of sums whose stated result is wrong by more than its own rounding."""
    return [
        Span(start=match.start(), end=match.end(), text=match.group())
        for match in _SUM.finditer(text)
        if not _holds(match)
    ]


def _holds(match: re.Match[str]) -> bool:
    if match["sign"] in "-−/" and match["equal"].lower() not in ("=", "equals", "等于"):
        return True  # "ages 3-4 is ..." is a range, "1/2 is" a date or a fraction
    one, other, result = (Decimal(match[name]) for name in ("one", "other", "result"))
    try:
        value = {
            "+": lambda: one + other,
            "-": lambda: one - other,
            "*": lambda: one * other,
            "/": lambda: one / other,
        }[_SIGNS[match["sign"].lower()]]()
    except (DivisionByZero, InvalidOperation):
        return True
    rounding = Decimal(1).scaleb(int(result.as_tuple().exponent)) if value != value.to_integral_value() else 0
    return abs(value - result) <= rounding

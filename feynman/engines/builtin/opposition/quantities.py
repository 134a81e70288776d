"""Numbers with what they measure or count."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from feynman.domain import Language
from feynman.engines.builtin.opposition.cut import Text
from feynman.engines.builtin.opposition.numerals import Number, numbers
from feynman.engines.builtin.opposition.vocabulary import read_toml

__all__ = ["Quantity", "agree", "is_unit", "quantities"]

_DEGREES: Final = re.compile(
    r"\s*(?:(?P<celsius>°\s*c\b|℃|degrees? (?:celsius|centigrade|c\b)|摄氏度)"
    r"|(?P<fahrenheit>°\s*f\b|degrees? (?:fahrenheit|f\b)|华氏度)"
    r"|(?P<kelvin>k\b|kelvins?\b|开尔文|开氏度)|(?P<degree>°|degrees?\b|度))"
)
_COUNTER: Final = re.compile(
    r"\s*(?:[个种次条层块只颗片对位组类步倍级项座部根本份岁行列支滴粒轮元名章篇代节股桶箱盒页辆台枚匹]|大(?=[^小])|(?=[季极]))"
)
_TOLERANCE: Final = 0.021  # 365 for 365.25, 9.8 for 10 where one of them is rounded
_BESIDE: Final = 3  # characters between a number and its "about"
_SHORTEST: Final = 3
_ROUGH: Final = 0.11


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in base units of what it measures; ``kind`` names that, or the key of what is counted; as ``written``.

    A ``weak`` one is a bare "one" or 一, which may only be an article.
    """

    value: float
    kind: str
    rough: bool
    written: float
    unit: str
    weak: bool = False


def quantities(text: Text, language: Language) -> tuple[Quantity, ...]:
    """All numbers that measure or count something; ordinals do not."""
    return tuple(_quantities(text, language))


def agree(one: Quantity, other: Quantity) -> bool:
    """Whether both are the same amount, to a rounding (2 %, or 11 % where one says "about")."""
    if one.value == other.value or (one.kind != other.kind and one.written == other.written):
        return True
    near = _ROUGH if one.rough or other.rough else _TOLERANCE
    return abs(one.value - other.value) <= near * max(abs(one.value), abs(other.value))


def is_unit(word: str) -> bool:
    """Whether the word is a unit's name; of Latin letters at least three."""
    if word.isascii() and len(word) < _SHORTEST:
        return False
    match = _units().match(word)
    return match is not None and match.end() == len(word)


def _quantities(text: Text, language: Language) -> Iterator[Quantity]:
    approximate = [match.span() for match in text.words.patterns["approximate"].finditer(text.text)]
    for number in numbers(text.text, language):
        found = _measured(text, number, language)
        if found is not None:
            value, kind, unit = found
            rough = any(
                -1 <= number.start - end <= _BESIDE or -1 <= start - number.end <= _BESIDE for start, end in approximate
            )  # beside it
            yield Quantity(
                value, kind, rough, number.value, unit, number.value == 1 and not text.text[number.start].isdigit()
            )


def _measured(text: Text, number: Number, language: Language) -> tuple[float, str, str] | None:
    after = text.text[number.end : number.end + 30]
    degrees = _DEGREES.match(after)
    if degrees:
        return _temperature(number.value, degrees)
    unit = _units().match(after)
    if unit and unit.lastgroup:
        kind, factor = _factors()[unit.lastgroup]
        if kind == "length" and text.text[: number.start].endswith("每秒"):
            return number.value * factor, "speed", unit.group().strip()
        if not (kind == "times" and language == "en" and number.kind == "part"):
            return number.value * factor, kind, unit.group().strip()
    if number.kind:
        return number.value, {"part": "share", "times": "times"}[number.kind], ""
    return _counted(text, number, language, after)


def _temperature(value: float, match: re.Match[str]) -> tuple[float, str, str]:
    if match["celsius"]:
        return value + 273.15, "temperature", "c"
    if match["fahrenheit"]:
        return (value - 32) / 1.8 + 273.15, "temperature", "f"
    if match["kelvin"]:
        return value, "temperature", "k"
    return value, "degree", "°"


def _counted(text: Text, number: Number, language: Language, after: str) -> tuple[float, str, str] | None:
    """What is counted: the next word of meaning, of a Chinese number only after a measure word."""
    if language == "zh":
        counter = _COUNTER.match(after)
        if counter is None:
            return (number.value, "number", "") if text.text[number.start].isdigit() else None
        following = text.at(number.end + counter.end())
        return number.value, _key(text, following), ""
    if re.match(r"(?:st|nd|rd|th)\b", after):
        return None
    return number.value, _key(text, text.at(number.end)), ""


def _key(text: Text, at: int) -> str:
    if at >= len(text.tokens) or not text.tokens[at].content:
        return "number"
    return f"count:{text.tokens[at].key}"


@lru_cache(maxsize=1)
def _units() -> re.Pattern[str]:
    parts = [rf"(?P<u{at}>(?:{names})(?![a-z]))" for at, (names, _, _) in enumerate(_listed())]
    return re.compile(rf"[\s-]*(?:{'|'.join(parts)})")


@lru_cache(maxsize=1)
def _factors() -> dict[str, tuple[str, float]]:
    return {f"u{at}": (kind, factor) for at, (_, kind, factor) in enumerate(_listed())}


@lru_cache(maxsize=1)
def _listed() -> tuple[tuple[str, str, float], ...]:
    return tuple(
        (names, kind, float(factor))
        for kind, table in read_toml("units.toml").items()
        for names, factor in table.items()
    )

"""Numbers as they are written in English and Chinese."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from feynman.domain import Language

__all__ = ["ENGLISH_WORDS", "HAN_NUMERALS", "PARTS", "Number", "english_value", "han_value", "numbers"]

_SMALL: Final = (  # noqa: SIM905 # a table of words reads best as running text
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905 # a table of words reads best as running text
ENGLISH_WORDS: Final[dict[str, float]] = {
    **{word: value for value, word in enumerate(_SMALL)},
    **{word: 10.0 * tens for tens, word in enumerate(_TENS, 2)},
    "dozen": 12,
}
_SCALES: Final[dict[str, float]] = {"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
PARTS: Final[dict[str, float]] = {
    "half": 0.5,
    "halves": 0.5,
    "third": 1 / 3,
    "thirds": 1 / 3,
    "quarter": 0.25,
    "quarters": 0.25,
    "fifth": 0.2,
    "fifths": 0.2,
    "tenth": 0.1,
    "tenths": 0.1,
}
_TIMES: Final[dict[str, float]] = {
    "twice": 2,
    "double": 2,
    "doubles": 2,
    "doubled": 2,
    "thrice": 3,
    "triple": 3,
    "triples": 3,
    "tripled": 3,
    "quadruple": 4,
    "quadruples": 4,
    "halves": 0.5,
    "halved": 0.5,
}
_DIGITS: Final[dict[str, int]] = dict(
    zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_HUNDRED: Final = 100
_PLACES: Final = {"十": 10, "百": 100, "千": 1_000}
_MYRIADS: Final = {"万": 10_000, "亿": 100_000_000}
HAN_NUMERALS: Final = "零〇一二两三四五六七八九十百千万亿"
_HAN_DIGIT: Final = f"(?:[{HAN_NUMERALS.replace('千', '')}]|千(?![克米瓦焦卡帕赫伏]))"

_FIGURE: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_WORD: Final = "|".join([*ENGLISH_WORDS, *_SCALES])
_ENGLISH: Final = re.compile(
    rf"(?<![\w.])(?P<figure>{_FIGURE})(?: ?(?:×|x) ?10 ?(?:\^ ?)?(?P<power>-?[⁻⁰¹²³⁴-⁹\d]+))?"
    rf"(?:/(?P<under>\d+))?(?: (?P<scale>{'|'.join(_SCALES)}))?(?![\w]*\d)"
    rf"|\b(?:(?:an?|one|two|three|four)[ -](?P<part>{'|'.join(PARTS)})|(?P<half>half))\b"
    rf"|\b(?P<times>{'|'.join(_TIMES)})\b"
    rf"|\b(?P<words>(?:a )?(?:{_WORD})(?:(?: and |[ -])(?:{_WORD}))*)\b"
)
_CHINESE: Final = re.compile(
    rf"百分之(?P<percent>{_FIGURE}|[{HAN_NUMERALS}点]+)|(?P<under>[{HAN_NUMERALS}\d]+)分之(?P<over>[{HAN_NUMERALS}\d]+)"
    rf"|(?P<figure>{_FIGURE})(?:\s*[×x]\s*10\s*\^?(?P<power>-?[⁻⁰¹²³⁴-⁹\d]+))?(?:/(?P<below>\d+))?(?P<scale>[百千]?[万亿]|[百千])?"
    rf"|(?P<half>一半|半数|对半|减半)|(?P<twice>翻倍|翻一番|加倍)|(?P<tenths>[一二三四五六七八九])成(?![为了功长员立就分绩熟语])"
    rf"|(?P<words>(?:{_HAN_DIGIT}(?:点[零一二三四五六七八九]+)?)+)(?P<and_half>个半)?"
)
_SUPERSCRIPT: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@dataclass(frozen=True, slots=True)
class Number:
    """A value and its place; ``kind`` is "" for a plain number, "part" for a share of a whole, "times" for a factor."""

    value: float
    start: int
    end: int
    kind: str


def numbers(text: str, language: Language) -> Iterator[Number]:
    """The numbers of a lower-case text, in order: 3, 1/2, 3 x 10^8, twenty-five, half; 三分之一, 两万, 百分之五."""
    pattern = _CHINESE if language == "zh" else _ENGLISH
    for match in pattern.finditer(text):
        read = _chinese(match) if language == "zh" else _english(match)
        if read is not None:
            yield Number(*read[:1], match.start(), match.end(), read[1])


def _english(match: re.Match[str]) -> tuple[float, str] | None:
    if match["figure"]:
        value = _figure(match["figure"], match["power"], match["under"]) * _SCALES.get(match["scale"] or "", 1)
        return value, "part" if match["under"] else ""
    if match["half"]:
        return 0.5, "part"
    if match["part"]:
        before = re.split(r"[ -]", match.group())[0]
        return ENGLISH_WORDS.get(before, 1) * PARTS[match["part"]], "part"
    if match["times"]:
        return _TIMES[match["times"]], "times"
    return _spelled(re.split(r"[ -]", match["words"]))


def _spelled(words: list[str]) -> tuple[float, str] | None:
    if words[0] in ("a", "zero") and len(words) == 1:
        return None
    return english_value(words), ""


def english_value(words: list[str]) -> float:
    """The value of a number's words, "and" and "a" among them."""
    total = current = 0.0
    for word in words:
        if word in _SCALES and _SCALES[word] > _HUNDRED:  # hundreds are counted into the thousands
            total, current = total + max(current, 1) * _SCALES[word], 0
        elif word in _SCALES:
            current = max(current, 1) * _SCALES[word]
        else:
            current += ENGLISH_WORDS.get(word, 0)
    return total + current


def _chinese(match: re.Match[str]) -> tuple[float, str] | None:  # noqa: PLR0911 # one way to write a number each
    if match["percent"]:
        return han_value(match["percent"]) / 100, "part"
    if match["under"]:
        below = han_value(match["under"])
        return (han_value(match["over"]) / below, "part") if below else None
    if match["figure"]:
        scale = 1.0
        for character in match["scale"] or "":
            scale *= _PLACES.get(character) or _MYRIADS[character]
        return _figure(match["figure"], match["power"], match["below"]) * scale, "part" if match["below"] else ""
    if match["half"]:
        return 0.5, "part"
    if match["twice"]:
        return 2.0, "times"
    if match["tenths"]:
        return _DIGITS[match["tenths"]] / 10, "part"
    value = han_value(match["words"]) + (0.5 if match["and_half"] else 0)
    return (value, "") if match["words"] not in "零〇" and value else None


def _figure(figure: str, power: str | None, under: str | None) -> float:
    value = float(figure.replace(",", ""))
    if power:
        exponent = int(power.translate(_SUPERSCRIPT))
        value *= float(f"1e{max(-99, min(99, exponent))}")
    return value / int(under) if under and int(under) else value


def han_value(text: str) -> float:
    """The value of a Chinese numeral, of digits in a row or figures too."""
    if re.fullmatch(_FIGURE, text):
        return float(text.replace(",", ""))
    whole, _, decimals = text.partition("点")
    fraction = float("0." + "".join(str(_DIGITS.get(digit, 0)) for digit in decimals)) if decimals else 0.0
    if len(whole) > 1 and all(character in _DIGITS for character in whole):
        return float("".join(str(_DIGITS[character]) for character in whole)) + fraction
    total = section = digit = 0.0
    for character in whole:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _PLACES:
            section, digit = section + (digit or 1) * _PLACES[character], 0
        elif character in _MYRIADS:
            total, section, digit = (total + section + digit or 1) * _MYRIADS[character], 0, 0
        elif character.isdigit():
            digit = digit * 10 + int(character)
    return total + section + digit + fraction

"""Sums written in figures or words, read and worked out exactly."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from feynman.engines.builtin.opposition.numerals import ENGLISH_WORDS, HAN_NUMERALS, PARTS, english_value, han_value

__all__ = ["Side", "Token", "equations", "value_of"]

_FIGURE: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d{1,12}(?:\.\d{1,6})?"
_WORD: Final = "|".join(ENGLISH_WORDS)
_HAN: Final = f"{HAN_NUMERALS}点"
_POWERS: Final = {"²": 2, "³": 3, "squared": 2, "cubed": 3, "平方": 2, "立方": 3}

_TOKEN: Final = re.compile(
    rf"(?P<percent>(?:{_FIGURE})\s?(?:%|percent\b|per cent\b)|百分之[{_HAN}\d.]+)"
    rf"|(?P<root>(?:the )?square root of\b|√)|(?P<square>the square of\b)|(?P<cube>the cube of\b)"
    rf"|(?P<part>(?:(?:a|one|two|three) )?(?:{'|'.join(PARTS)}) of\b)|(?P<times>\b(?:twice|double|triple)\b)"
    r"|(?P<han_part>\s?的\s?(?:一半|[一二两三四五六七八九十\d]+分之[一二两三四五六七八九十\d]+))"
    rf"|(?P<han_times>\s?的\s?(?:{_FIGURE}|[{_HAN}]+)\s?倍)|(?P<han_power>\s?的\s?(?P<to>平方根|平方|立方|(?:\d+|[{_HAN}]+)\s?次方))|(?P<of>的(?=\s?(?:百分之|\d+(?:\.\d+)?\s?%)))"
    rf"|(?P<number>{_FIGURE})"
    rf"|(?P<word>\b(?:{_WORD})(?:(?:[ -]| and )(?:{_WORD}|hundred|thousand))*\b)|(?P<han>[{_HAN}]*[{_HAN[:-1]}])"
    r"|(?P<power>²|³|\bsquared\b|\bcubed\b)|(?P<raise>\^|\*\*|\bto the power of\b)"
    r"|(?P<sign>[+*×x·÷/−-]|\b(?:plus|minus|times|divided by|multiplied by)\b|加上?|减去?|乘以?|乘上|除以|\bof\b)"
    r"|(?P<open>[(（])|(?P<close>[)）])"
    r"|(?P<equal>=+|≈|\b(?:is|equals|makes|gives)\b(?: about| roughly| nearly)?|等于|约等于|得(?!到)|是)",
    re.IGNORECASE,
)
_SIGNS: Final = {
    **dict.fromkeys(("+", "plus", "加", "加上"), "+"),
    **dict.fromkeys(("-", "−", "minus", "减", "减去"), "-"),
    **dict.fromkeys(("*", "×", "x", "·", "times", "multiplied by", "乘", "乘以", "乘上", "of", "的"), "*"),
    **dict.fromkeys(("/", "÷", "divided by", "除以"), "/"),
}
_MOST_POWER: Final = 64
_LONGEST: Final = 60  # tokens; a longer run is no sum of a learner


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a sum with its place; ``kind`` is number, percent, sign, prefix, postfix, open, close or equal."""

    kind: str
    text: str
    start: int
    end: int
    value: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an equation."""

    tokens: tuple[Token, ...]

    @property
    def plain(self) -> bool:
        """Whether it is only a number."""
        return len(self.tokens) == 1 and self.tokens[0].kind in ("number", "percent")


def equations(text: str) -> Iterator[tuple[int, Side, Token, Side]]:
    """Each run's start, with two neighbouring sides of it and the equals sign between them."""
    for run in _runs(text):
        sides: list[list[Token]] = [[]]
        marks: list[Token] = []
        for token in run[:_LONGEST]:
            if token.kind == "equal":
                marks.append(token)
                sides.append([])
            else:
                sides[-1].append(token)
        for at, mark in enumerate(marks):
            if at and value_of(Side(tuple(sides[at - 1]))) is None:
                break
            yield run[0].start, Side(tuple(sides[at])), mark, Side(tuple(sides[at + 1]))


def value_of(side: Side) -> Fraction | None:
    """What the side comes to; ``None`` when it makes no sense, has a division by zero or a root that is no fraction."""
    try:
        reader = _Reader(side.tokens)
        value = reader.sum()
        return value if reader.at == len(side.tokens) else None
    except (ValueError, ZeroDivisionError, IndexError, RecursionError):
        return None


def _runs(text: str) -> Iterator[list[Token]]:
    """Tokens with nothing but spaces between them."""
    run: list[Token] = []
    for match in _TOKEN.finditer(text):
        token = _token(match)
        if run and text[run[-1].end : token.start].strip(" \u3000"):
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _token(match: re.Match[str]) -> Token:  # noqa: PLR0911 # one kind of token each
    kind, text = (
        match.lastgroup or "",
        match.group().lower().replace(" 的", "的").replace("的 ", "的").replace(" 倍", "倍"),
    )
    if match["to"]:
        kind = "han_power"
    place = (match.group(), *match.span())
    if kind == "percent":
        figure = text.removeprefix("百分之") if text.startswith("百分之") else re.split(r"\s?[%p]", text)[0]
        return Token("percent", *place, _number(figure) / 100)
    if kind in ("number", "word", "han"):
        return Token("number", *place, _number(text))
    if kind in ("root", "square", "cube"):
        return Token("prefix", *place, {"root": Fraction(1, 2), "square": Fraction(2), "cube": Fraction(3)}[kind])
    if kind in ("part", "times"):
        return Token("factor", *place, _part(text) if kind == "part" else Fraction(3 if text == "triple" else 2))
    if kind in ("han_part", "han_times"):
        return Token("scaled", *place, _han_part(text) if kind == "han_part" else _number(text[1:-1]))
    if kind == "han_power":
        return Token("postfix", *place, _han_power(match["to"]))
    if kind == "power":
        return Token("postfix", *place, Fraction(_POWERS[text]))
    if kind == "of":
        return Token("sign", *place)
    return Token("raise" if kind == "raise" else kind, *place)


def _number(text: str) -> Fraction:
    if text[0].isascii() and not text[0].isdigit():
        return Fraction(str(english_value(re.split(r"[ -]", text))))
    return Fraction(text.replace(",", "")) if text[0].isdigit() else Fraction(str(han_value(text)))


def _part(text: str) -> Fraction:
    words = text.split()
    count = {"two": 2, "three": 3}.get(words[0], 1)
    return count * Fraction(next(PARTS[word] for word in words if word in PARTS)).limit_denominator(100)


def _han_part(text: str) -> Fraction:
    if text == "的一半":
        return Fraction(1, 2)
    below, _, above = text[1:].partition("分之")
    return _number(above) / _number(below)


def _han_power(text: str) -> Fraction:
    if text == "平方根":
        return Fraction(1, 2)
    return Fraction(_POWERS[text]) if text in _POWERS else _number(text.removesuffix("次方").strip())


class _Reader:
    """Reads a side by the usual order of operations."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens
        self.at = 0

    def sum(self) -> Fraction:
        value = self._product()
        while (sign := self._sign()) in ("+", "-"):
            self.at += 1
            other = self._product()
            value = value + other if sign == "+" else value - other
        return value

    def _product(self) -> Fraction:
        value = self._power()
        while (sign := self._sign()) in ("*", "/"):
            self.at += 1
            other = self._power()
            value = value * other if sign == "*" else value / other
        return value

    def _power(self) -> Fraction:
        value = self._term()
        while self.at < len(self._tokens) and self._tokens[self.at].kind in ("postfix", "raise", "scaled"):
            token = self._tokens[self.at]
            self.at += 1
            if token.kind == "scaled":
                value *= token.value
            else:
                value = _raised(value, token.value if token.kind == "postfix" else self._term())
        return value

    def _term(self) -> Fraction:
        token = self._tokens[self.at]
        self.at += 1
        if token.kind in ("number", "percent"):
            return token.value
        if token.kind == "prefix":
            return _raised(self._term(), token.value)
        if token.kind == "factor":
            return token.value * self._term()
        if token.kind == "sign" and _SIGNS[token.text.lower()] == "-":
            return -self._term()
        if token.kind == "open":
            value = self.sum()
            if self._tokens[self.at].kind != "close":
                raise ValueError
            self.at += 1
            return value
        raise ValueError

    def _sign(self) -> str | None:
        if self.at >= len(self._tokens) or self._tokens[self.at].kind != "sign":
            return None
        return _SIGNS[self._tokens[self.at].text.lower()]


def _raised(value: Fraction, power: Fraction) -> Fraction:
    if power == Fraction(1, 2):
        root = Fraction(round(value**0.5)) if value >= 0 else Fraction(-1)
        if root * root != value:
            raise ValueError
        return root
    if power.denominator != 1 or abs(power) > _MOST_POWER or abs(value) > 10**12:
        raise ValueError
    return value ** int(power)

"""A sentence cut into words with their places, clauses and the opposites among them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from feynman.engines.builtin.opposition.vocabulary import Side, Vocabulary
from feynman.text.language import HAN, has_han
from feynman.text.stopwords import ENGLISH, HAN_STOPWORDS
from feynman.text.tokens import segment

__all__ = ["Pole", "Text", "Token", "cut"]

_RUN: Final = re.compile(rf"[{HAN}]+|\d+(?:[.,]\d+)*|[^\W\d_{HAN}]+(?:'[^\W\d_{HAN}]+)?")
_PAIR: Final = 2
_PARTICLES: Final = frozenset("比被把")
_KNOWN: Final = frozenset(
    """
    比较 比如 比例 比赛 对比 相比 正比 反比 之比 比值 比重 比热 好比 比喻 被子 被动 棉被 把握 火把 一把 把手 把戏 拖把
    """.split()  # noqa: SIM905 # a table of words reads best as running text
)
_FUNCTIONAL: Final = frozenset(
    "back around down up first last together least end start use used just".split()  # noqa: SIM905 # a table of words reads best as running text
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word: its key (a stem), where it stands, in which clause, and whether it carries meaning."""

    key: str
    start: int
    end: int
    clause: int
    content: bool


@dataclass(frozen=True, slots=True)
class Pole:
    """A word with an opposite: the tokens from ``first`` to ``last``, and its sides."""

    first: int
    last: int
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """The folded text, its tokens in order and its poles."""

    text: str
    words: Vocabulary
    tokens: tuple[Token, ...]
    poles: tuple[Pole, ...]
    hidden: tuple[tuple[int, int], ...]

    def at(self, position: int) -> int:
        """The index of the first token that ends after ``position``."""
        return next((at for at, token in enumerate(self.tokens) if token.end > position), len(self.tokens))


def cut(text: str, words: Vocabulary) -> Text:
    """Cut ``text``; only its first 400 characters are read."""
    folded = unicodedata.normalize("NFKC", text[:400]).lower().replace("’", "'")
    tokens = _tokens(folded, words)
    poles, hidden = _han_poles(folded, tokens, words) if words.language == "zh" else _poles(tokens, words)
    return Text(folded, words, tokens, poles, hidden)


def _tokens(text: str, words: Vocabulary) -> tuple[Token, ...]:
    breaks = [match.start() for match in words.patterns["boundary"].finditer(text)]
    found: list[Token] = []
    clause = 0
    for start, end in _pieces(text):
        while clause < len(breaks) and breaks[clause] <= start:
            clause += 1
        word = text[start:end]
        found.append(Token(words.base(word), start, end, clause, _has_meaning(word)))
    return tuple(found)


def _pieces(text: str) -> list[tuple[int, int]]:
    pieces = []
    for match in _RUN.finditer(text):
        if not has_han(match.group()):
            pieces.append(match.span())
            continue
        start = match.start()
        for word in _without_particles(segment(match.group())):
            pieces.append((start, start + len(word)))
            start += len(word)
    return pieces


def _without_particles(words: list[str]) -> Iterator[str]:
    """Split what the segmenter guessed to be a word, such as 铁比, where a particle is its first or last character."""
    for word in words:
        if len(word) == _PAIR and word not in _KNOWN and not {word[0], word[1]}.isdisjoint(_PARTICLES):
            yield from word
        else:
            yield word


def _has_meaning(word: str) -> bool:
    return not word[0].isdigit() and word not in ENGLISH and word not in HAN_STOPWORDS and word not in _FUNCTIONAL


def _poles(tokens: tuple[Token, ...], words: Vocabulary) -> tuple[tuple[Pole, ...], tuple[tuple[int, int], ...]]:
    """The longest sayings at each token, from left to right."""
    keys = tuple(token.key for token in tokens)
    poles, hidden, at = [], [], 0
    while at < len(keys):
        saying, sides = next(
            (entry for entry in words.entries.get(keys[at], ()) if keys[at : at + len(entry[0])] == entry[0]),
            ((keys[at],), ()),
        )
        last = at + len(saying) - 1
        if sides:
            poles.append(Pole(at, last, sides))
        if sides or last > at:
            hidden.append((tokens[at].start, tokens[last].end))
        at = last + 1
    return tuple(poles), tuple(hidden)


def _han_poles(
    text: str, tokens: tuple[Token, ...], words: Vocabulary
) -> tuple[tuple[Pole, ...], tuple[tuple[int, int], ...]]:
    """The longest sayings at each character; one of a single character must be a word by itself."""
    index = {place: at for at, token in enumerate(tokens) for place in range(token.start, token.end)}
    alone = {token.start for token in tokens if token.end - token.start == 1}
    poles, hidden, at = [], [], 0
    while at < len(text):
        for saying, sides in words.entries.get(text[at], ()):
            size = len(saying)
            if (size > 1 or at in alone) and tuple(text[at : at + size]) == saying:
                if sides:
                    poles.append(Pole(index[at], index[at + size - 1], sides))
                hidden.append((at, at + size))
                at += size - 1
                break
        at += 1
    return tuple(poles), tuple(hidden)

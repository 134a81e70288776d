"""Words and pairs of neighbouring words that may be terms: rare ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from feynman.engines.builtin.difficulty import frequency
from feynman.engines.builtin.scene import Scene
from feynman.text.language import HAN, has_han
from feynman.text.stopwords import ENGLISH, HAN_STOPWORDS
from feynman.text.tokens import bigrams, segment, stem, words

__all__ = ["Candidate", "candidates"]

_CHARACTERS: Final = 4_000  # what is read of a text, in whole sentences
# Zipf: carbon dioxide, terminal velocity and compound interest have 3.8, 3.9 and 4.2; everyday nouns 4 and more.
_RARE: Final = 3.9
_RARE_PART: Final = 4.2
_COMMON_PART: Final = 5.3
_RARE_HAN: Final = 3.7
_RARE_HAN_PART: Final = 4.0
_COMMON_HAN_PART: Final = 5.3
_SHORTEST: Final = 4
_LONGEST_HAN: Final = 7

_ENGLISH: Final = re.compile(r"[A-Za-z][A-Za-z'’]*(?:-[A-Za-z]+)*")
_HAN_RUN: Final = re.compile(rf"[{HAN}A-Za-z0-9]+")
# Verbs, adverbs and comparatives: they are no terms, and their meaning is often in the word they come from.
_NO_TERM: Final = re.compile(r"(?:ing|ed|ly|ier|iest|ish)$")
_HAN_NO_TERM: Final = re.compile(
    "[了着过会能要只很都就也还没不把被给从在得地们个这那哪几两一二三四五六七八九十来去我你他她它什怎吗呢吧啊嘛呀的和跟与"
    "或又再才先太最更多少里外前后每越]"
)
# What makes a noun of the word before it: "违宪审查" + "权".
_HAN_ENDING: Final = frozenset("权率性度值素酶体键律法量压力论学症酸剂器层波线面点式")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word or two in lower case (Chinese as it stands); ``of_a_point`` says that the key points use it too."""

    text: str
    rarity: float
    of_a_point: bool


def candidates(scene: Scene) -> list[Candidate]:
    """The rare words and pairs of the text that are no part of the topic's name, the rarest and longest first."""
    known = " ".join(point.text for point in scene.lesson.reference.points).lower()
    topic = scene.lesson.explanation.topic.lower()
    familiar = frozenset(stem(word) for word in words(f"{known} {topic}"))
    named = frozenset(stem(word) for word in words(topic))
    found: dict[str, Candidate] = {}
    for text, rarity in dict.fromkeys(_rare(scene, familiar)):
        if text not in topic and not _stems(text) <= named:
            found[text] = Candidate(text, rarity, _known(text, familiar, known))
    return sorted(found.values(), key=lambda one: (one.rarity, -len(one.text)))


def _rare(scene: Scene, familiar: frozenset[str]) -> Iterator[tuple[str, float]]:
    read = _in_chinese if scene.language == "zh" else _in_english
    left = _CHARACTERS
    for sentence in dict.fromkeys(sentence.text for sentence in scene.reading.sentences):
        left -= len(sentence)
        if left < 0:
            return
        yield from read(sentence, familiar)


def _known(text: str, familiar: frozenset[str], known: str) -> bool:
    """Whether the words are the key points', or half of a Chinese one is."""
    if has_han(text) and text[0].isascii():
        return text in known
    return _stems(text) <= familiar or text in known or any(pair in known for pair in bigrams(text))


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text)}


def _in_english(text: str, familiar: frozenset[str]) -> Iterator[tuple[str, float]]:
    found = [(match.start(), match.end(), match.group()) for match in _ENGLISH.finditer(text)]
    for _, _, word in found:
        if _may_be_term(word):
            rate = frequency(word.lower(), "en")
            if word.isupper() or (rate < _RARE and len(word) >= _SHORTEST and _NO_TERM.search(word) is None):
                yield word.lower(), rate
    for (_, end, one), (start, _, other) in pairwise(found):
        if text[end:start] == " " and _may_be_term(one) and _may_be_term(other) and _NO_TERM.search(other) is None:
            rates = frequency(one.lower(), "en"), frequency(other.lower(), "en")
            fresh = familiar.isdisjoint((stem(one.lower()), stem(other.lower())))
            if fresh and min(rates) < _RARE_PART and max(rates) < _COMMON_PART:
                yield f"{one} {other}".lower(), min(rates)


def _may_be_term(word: str) -> bool:
    return len(word) > 1 and "'" not in word and "’" not in word and word.lower() not in ENGLISH


def _in_chinese(text: str, familiar: frozenset[str]) -> Iterator[tuple[str, float]]:
    for run in _HAN_RUN.findall(text):
        cut = segment(run)
        for at, word in enumerate(cut):
            if _is_noun(word) and len(word) > 1 and not word.isdigit() and frequency(word.lower(), "zh") < _RARE_HAN:
                yield word, frequency(word.lower(), "zh")
            if at + 1 < len(cut):
                yield from _compound(word, cut[at + 1], "".join(cut[at + 2 : at + 3]), familiar)


def _compound(one: str, other: str, after: str, familiar: frozenset[str]) -> Iterator[tuple[str, float]]:
    if not (_is_noun(one) and _is_noun(other)) or one.isdigit() or not has_han(other):
        return
    rates = frequency(one.lower(), "zh"), frequency(other, "zh")
    fresh = one.isascii() or familiar.isdisjoint((one, other))
    whole = one + other + (after if after in _HAN_ENDING else "")
    if not fresh or not (2 < len(whole) <= _LONGEST_HAN):  # noqa: PLR2004 # two characters are a word, not a compound
        return
    if one.isascii() or (min(rates) < _RARE_HAN_PART and max(rates) < _COMMON_HAN_PART):
        yield whole, min(rates)


def _is_noun(word: str) -> bool:
    return word not in HAN_STOPWORDS and _HAN_NO_TERM.search(word) is None

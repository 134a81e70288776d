"""Sentences that say a key point the other way round."""

import re
from collections.abc import Iterator
from typing import Final

from feynman.domain import GapKind, Language, Span
from feynman.engines.builtin.lexicon import Lexicon, lexicon
from feynman.engines.builtin.scene import Draft, Scene
from feynman.text.sentences import split_clauses
from feynman.text.tokens import content_words

__all__ = ["contradictions", "denials", "is_opposite", "is_turned_round"]

_RECALL: Final = 0.25
_COSINE: Final = 0.7
_OPPOSITE_RECALL: Final = 0.4
_CONFIDENCE: Final = 0.7
_SHARED: Final = 2
_DENIED_SHARE: Final = 0.75
_Pairs = tuple[tuple[str, str], ...]


def contradictions(scene: Scene) -> list[Draft]:
    """One draft per point that a sentence repeats with the opposite word, swapped roles or a "not" more or less.

    Only sentences that share a point's words and its meaning are looked at: elsewhere a "not" says nothing.
    """
    if scene.reading.language != scene.goals.language:
        return []
    return [
        Draft(GapKind.FACTUAL_ERROR, _CONFIDENCE, 3, span=scene.reading.sentences[at], point_index=point)
        for point, at, recalled in _aligned(scene)
        if _turned(scene, scene.reading.sentences[at].text, scene.lesson.reference.points[point].text, recalled)
    ]


def is_opposite(sentence: str, point: str, pairs: _Pairs) -> bool:
    """Whether ``sentence`` has the opposite of a word of ``point`` in that word's place."""
    return any(
        _count(point, one)
        and not _count(sentence, one)
        and _count(sentence, other) > _count(point, other)
        and _count(sentence, other) >= _count(point, one) + _count(point, other)
        for pair in pairs
        for one, other in (pair, pair[::-1])
    )


def is_turned_round(sentence: str, point: str, language: Language) -> bool:
    """Whether both name two opposites, such as taking in and giving off, but with each other's objects."""
    return any(_swapped(sentence, point, pair, language) for pair in lexicon(language).directions)


def _aligned(scene: Scene) -> Iterator[tuple[int, int, float]]:
    """Yield ``(point, sentence, recall)``: the sentence closest to the point, and to no other point more."""
    for point in range(len(scene.goals.points)):
        cosine = scene.ratings.cosine[: len(scene.reading.sentences), point]
        if not cosine.size:
            return
        at = int(cosine.argmax())
        recalled = float(scene.ratings.recall[at, point])
        if cosine[at] >= _COSINE and recalled >= _RECALL and int(scene.ratings.cosine[at].argmax()) == point:
            yield point, at, recalled


def _turned(scene: Scene, sentence: str, point: str, recalled: float) -> bool:
    words = scene.lexicon
    if words.has("belief_of_others", sentence) or sentence.rstrip().endswith(("?", "？")):
        return False
    if recalled >= _OPPOSITE_RECALL and (
        is_opposite(sentence, point, words.opposites) or is_turned_round(sentence, point, scene.language)
    ):
        return True
    return _denied(sentence, point, words, scene.language)


def _denied(sentence: str, point: str, words: Lexicon, language: Language) -> bool:
    """Whether one of the two denies a clause that the other one states."""
    said, meant = set(content_words(sentence, language)), set(content_words(point, language))
    if not words.has("negation", point):
        return any(
            len(clause & meant) >= _SHARED and len(clause - meant) <= 1 and denied & meant
            for clause, denied in denials(sentence, words, language)
        )
    if words.has("negation", sentence):
        return False
    return any(
        len(clause) >= _SHARED and len(clause & said) >= _DENIED_SHARE * len(clause) and len(said - meant) <= 1
        for clause, _ in denials(point, words, language)
    )


def denials(text: str, words: Lexicon, language: Language) -> Iterator[tuple[set[str], set[str]]]:
    """Yield the content words of each clause with one "not", and those that come after it."""
    for clause in split_clauses(Span(start=0, end=len(text), text=text)):
        found = list(words.each("negation", clause.text))
        if len(found) == 1:
            after = clause.text[found[0].end :]
            yield set(content_words(clause.text, language)), set(content_words(after, language))


def _swapped(sentence: str, point: str, pair: tuple[str, str], language: Language) -> bool:
    said, meant = _objects(sentence, pair, language), _objects(point, pair, language)
    if said is None or meant is None:
        return False
    straight = len(said[0] & meant[0]) + len(said[1] & meant[1])
    crossed = len((said[0] & meant[1]) - meant[0]) + len((said[1] & meant[0]) - meant[1])
    return crossed >= _SHARED and crossed > 2 * straight


def _objects(text: str, pair: tuple[str, str], language: Language) -> tuple[set[str], set[str]] | None:
    """The content words after each of the two words, up to the other one or the end."""
    one, other = (_pattern(word).search(text) for word in pair)
    if one is None or other is None:
        return None
    first, second = sorted((one, other), key=lambda match: match.start())
    between = set(content_words(text[first.end() : second.start()], language))
    after = set(content_words(text[second.end() :], language))
    return (between, after) if first is one else (after, between)


def _count(text: str, word: str) -> int:
    return len(_pattern(word).findall(text))


def _pattern(word: str) -> re.Pattern[str]:
    if not word.isascii():
        return re.compile(re.escape(word))
    return re.compile(rf"\b{re.escape(word)}(?:s|es|ed|d|ing)?\b", re.IGNORECASE)

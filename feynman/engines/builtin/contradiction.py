"""Sentences that say a key point the other way round."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from feynman.domain import GapKind, Language, Span
from feynman.engines.builtin.lexicon import Lexicon, lexicon
from feynman.engines.builtin.measures import recall
from feynman.engines.builtin.opposition import conflict, opposition
from feynman.engines.builtin.reading import word_set
from feynman.engines.builtin.scene import Draft, Scene, is_question
from feynman.text.sentences import split_clauses
from feynman.text.tokens import content_words

__all__ = ["DOUBT", "VERDICT", "contradictions", "contradicts", "denials", "doubts", "is_opposite", "is_turned_round"]

VERDICT: Final = 0.9
"""From here on a sentence contradicts a point."""

DOUBT: Final = 0.75
"""From here on the student asks about the point."""

_POSSIBLE: Final = 0.6
# Spoken sentences that say a point at length look opposed to the logistic up to 0.97 and to the scorer up to 0.93 (the
# lessons and FeynBench's tuning half): a verdict needs two of the three.
_PLAIN: Final = 0.8
_CERTAIN: Final = 0.97
_AGREED: Final = 0.85
_UNSURE: Final = 0.89
_CHANGED: Final = 2
_PLAIN_SIGN: Final = 0.3
_SIGNS: Final = 0.25  # without a sign that can be named it is but a likeness
_NEAR: Final = 0.4
_RECALL: Final = 0.25
_COSINE: Final = 0.7
_OPPOSITE_RECALL: Final = 0.4
_SHARED: Final = 2
_DENIED_SHARE: Final = 0.75
_Pairs = tuple[tuple[str, str], ...]


def contradictions(scene: Scene) -> list[Draft]:
    """One draft per point that a sentence says the other way round, as far as the evidence is sure of it."""
    return [
        Draft(GapKind.FACTUAL_ERROR, round(score, 2), 3, span=scene.reading.sentences[at], point_index=point)
        for point, (score, at) in sorted(_opposed(scene).items())
        if score >= VERDICT
    ]


def doubts(scene: Scene) -> frozenset[int]:
    """Points that a sentence may contradict: enough for a question, not for a verdict."""
    return frozenset(point for point, (score, _) in _opposed(scene).items() if DOUBT <= score < VERDICT)


def contradicts(scene: Scene, sentence: str, earlier: str, similarity: float) -> bool:
    """Whether ``sentence`` says ``earlier``, any other text in the same language, the other way round."""
    sign = conflict(sentence, earlier, scene.language)
    if sign < _SIGNS:
        return False
    if sign >= _PLAIN_SIGN and _a_word_apart(sentence, earlier, scene.language):
        return True
    score = opposition(sentence, earlier, scene.language, similarity=similarity)
    recalled = recall(dict.fromkeys(word_set(earlier, scene.language), 1.0), word_set(sentence, scene.language))
    alike = similarity >= _COSINE and recalled >= _RECALL
    return score >= _PLAIN and alike and _turned(scene, sentence, earlier, recalled)


def is_opposite(sentence: str, point: str, pairs: _Pairs) -> bool:
    """Whether ``sentence`` has the opposite of a word of ``point`` in that word's place."""
    said, meant = sentence.lower(), point.lower()
    return any(
        one in meant  # most pairs end here, before any pattern is tried
        and other in said
        and _count(point, one)
        and not _count(sentence, one)
        and _count(sentence, other) > _count(point, other)
        and _count(sentence, other) >= _count(point, one) + _count(point, other)
        for pair in pairs
        for one, other in (pair, pair[::-1])
    )


def is_turned_round(sentence: str, point: str, language: Language) -> bool:
    """Whether both name two opposites, such as taking in and giving off, but with each other's objects."""
    return any(_swapped(sentence, point, pair, language) for pair in lexicon(language).directions)


def _opposed(scene: Scene) -> dict[int, tuple[float, int]]:
    """Of each point that a sentence may contradict how likely it does, and that sentence.

    A sentence is held only against the point that it is closest to: of two points that differ in a word it says one.
    """
    if scene.reading.language != scene.goals.language:
        return {}
    found: dict[int, tuple[float, int]] = {}
    for at, sentence in enumerate(scene.reading.sentences):
        point = _closest(scene, at)
        if point is None or is_question(sentence.text) or scene.lexicon.has("belief_of_others", sentence.text):
            continue
        score = _score(scene, at, point)
        found[point] = max(found.get(point, (0.0, at)), (score, at), key=lambda entry: entry[0])
    return found


def _closest(scene: Scene, at: int) -> int | None:
    cosine = scene.ratings.cosine[at]
    if not cosine.size or cosine.max() < _NEAR:
        return None
    return int(cosine.argmax())


def _score(scene: Scene, at: int, point: int) -> float:
    """The logistic's probability; a verdict only where a plain rule or the learned scorer agrees with it."""
    sentence, meant = scene.reading.sentences[at].text, scene.lesson.reference.points[point].text
    similarity, recalled = float(scene.ratings.cosine[at, point]), float(scene.ratings.recall[at, point])
    score = opposition(sentence, meant, scene.language, similarity=similarity)
    if conflict(sentence, meant, scene.language) < _SIGNS:
        return 0.0
    if score < _POSSIBLE:
        return score
    alike = similarity >= _COSINE and recalled >= _RECALL
    if score >= _PLAIN and alike and _turned(scene, sentence, meant, recalled):
        return max(score, VERDICT)
    if score >= VERDICT and _a_word_apart(sentence, meant, scene.language):
        return score
    if score >= _CERTAIN and _learned(scene, at, point) >= _AGREED:
        return score
    return min(score, _UNSURE)


def _a_word_apart(sentence: str, point: str, language: Language) -> bool:
    """Whether the sentence is the point with a word or two changed."""
    said, meant = set(content_words(sentence, language)), set(content_words(point, language))
    return len(said - meant) <= _CHANGED and len(meant - said) <= _CHANGED < len(said & meant)


def _learned(scene: Scene, at: int, point: int) -> float:
    """The learned scorer's probability that the sentence contradicts the point."""
    scores = scene.scorer.score(
        [scene.reading.sentences[at].text],
        [scene.lesson.reference.points[point].text],
        unit_vectors=scene.reading.vectors[at : at + 1],
        point_vectors=scene.goals.vectors[point : point + 1],
        topic=scene.lesson.reference.topic,
    )
    return float(scores.opposed[0, 0])


def _turned(scene: Scene, sentence: str, point: str, recalled: float) -> bool:
    words = scene.lexicon
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


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    if not word.isascii():
        return re.compile(re.escape(word))
    return re.compile(rf"\b{re.escape(word)}(?:s|es|ed|d|ing)?\b", re.IGNORECASE)

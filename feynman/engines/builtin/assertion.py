"""Whether a sentence says a claim as its own."""

from typing import Final

import numpy as np

from feynman.domain import Span
from feynman.engines.builtin.contradiction import is_opposite
from feynman.engines.builtin.coverage import COVERED, recall
from feynman.engines.builtin.opposition import conflict, denies, opposition
from feynman.engines.builtin.scene import Scene, is_question
from feynman.text.sentences import split_clauses
from feynman.text.tokens import content_words

__all__ = ["asserts"]

_LEAST_COSINE: Final = 0.42
_LEAST_RECALL: Final = 0.05
_CLOSE: Final = 0.6
_SAME_MEANING: Final = 0.85
_DISTINCT: Final = 0.16
_MANY_WORDS: Final = 0.45
_REPEATED: Final = 0.9
_SAME_WORDS: Final = 0.7
_SAID: Final = 0.9
_APART: Final = 0.1
_FEWEST_WORDS: Final = 3
_OPPOSED: Final = 0.45
_SIGNS: Final = 0.25
_HINT: Final = 0.3
_CERTAIN: Final = 0.83
_FAR: Final = 0.33
_AHEAD: Final = 0.05
_WELL_AHEAD: Final = 0.15
_ALONE: Final = 0.4
_SOME_WORDS: Final = 0.1


def asserts(scene: Scene, at: int, claim: int, score: float) -> bool:
    """Whether the sentence says it itself, as true: no question, no report of what others believe, no denial.

    A sentence with the opposite of one of the claim's words, or with hardly a word at all, does not say it either.
    ``score`` is how likely it says the claim by meaning and words, 0-1.
    """
    sentence = scene.reading.sentences[at].text
    if is_question(sentence) or scene.lexicon.has("belief_of_others", sentence):
        return False
    wrong = scene.lesson.reference.misconceptions[claim].claim
    if is_opposite(sentence, wrong, scene.lexicon.opposites) or not _has_support(scene, at, claim, score):
        return False
    if _repeats_a_point(scene, at, claim) or _says_a_point(scene, at, claim) or _opposed(scene, at, claim):
        return False
    if denies(sentence, scene.language) == denies(wrong, scene.language):
        return True
    clause = _closest_clause(scene, at, claim).text
    return denies(clause, scene.language) == denies(wrong, scene.language)


def _opposed(scene: Scene, at: int, claim: int) -> bool:
    """Whether the sentence says the claim the other way round: then it is no misconception."""
    wrong, sentence = scene.lesson.reference.misconceptions[claim].claim, scene.reading.sentences[at].text
    if conflict(sentence, wrong, scene.language) < _SIGNS:
        return False
    return opposition(sentence, wrong, scene.language, similarity=_cosine(scene, at, claim)) >= _OPPOSED


def _cosine(scene: Scene, at: int, claim: int) -> float:
    return float(scene.reading.vectors[at] @ scene.goals.claim_vectors[claim])


def _repeats_a_point(scene: Scene, at: int, claim: int) -> bool:
    """Whether nearly all of the sentence's words are one key point's, and fewer of them the claim's."""
    words = scene.reading.units[at].words
    shares = [len(words & point.keys()) / max(len(words), 1) for point in scene.goals.points]
    share = max(shares, default=0.0)
    return share >= _REPEATED and share > len(words & scene.goals.claims[claim].keys()) / max(len(words), 1)


def _says_a_point(scene: Scene, at: int, claim: int) -> bool:
    """Whether the sentence says the point that the claim turns round, or another key point with none of its words."""
    scores, wrong = scene.ratings.unit_scores[at], scene.lesson.reference.misconceptions[claim]
    denied = scene.lexicon.has("negation", scene.lesson.reference.points[wrong.point].text)
    if denied and not scene.lexicon.has("negation", wrong.claim) and scores[wrong.point] >= _SAID:
        return scene.lexicon.has("negation", scene.reading.sentences[at].text)
    points = scene.reading.vectors[at] @ scene.goals.vectors.T
    if scores[wrong.point] >= _SAID and _cosine(scene, at, claim) - float(points[wrong.point]) < _AHEAD:
        sentence = scene.reading.sentences[at].text
        if opposition(sentence, wrong.claim, scene.language, similarity=_cosine(scene, at, claim)) >= _HINT:
            return True
    apart = recall(scene.goals.claims[claim], scene.reading.units[at].words) < _APART
    return apart and bool((np.delete(scores, wrong.point) >= COVERED).any())


def _has_support(scene: Scene, at: int, claim: int, score: float) -> bool:
    """Whether words or meaning are the claim's; near meaning alone is only about the same thing."""
    unit, words = scene.reading.units[at], scene.goals.claims[claim]
    cosine, shared = _cosine(scene, at, claim), recall(words, unit.words)
    if shared >= _SAME_WORDS:
        return True
    if len(set(content_words(unit.span.text, scene.language))) < _FEWEST_WORDS:
        return False
    if _stands_out(scene, at, claim, score):
        return True
    if cosine < _LEAST_COSINE:
        return False
    if _CLOSE <= cosine < _SAME_MEANING:
        return shared >= _MANY_WORDS or recall(_distinguishing(scene, claim), unit.words) >= _DISTINCT
    return cosine >= _CLOSE or shared > _LEAST_RECALL


def _stands_out(scene: Scene, at: int, claim: int, score: float) -> bool:
    """Whether the sentence is not very close to the claim, but far from every key point."""
    cosine, shared = _cosine(scene, at, claim), recall(scene.goals.claims[claim], scene.reading.units[at].words)
    points = scene.reading.vectors[at] @ scene.goals.vectors.T
    lead = cosine - float(points.max(initial=0))
    if lead >= _ALONE:
        return shared >= _SOME_WORDS
    if not _FAR <= cosine < _CLOSE or len(scene.reading.units[at].content) <= _FEWEST_WORDS:
        return False
    if lead >= _WELL_AHEAD:
        return shared >= _SOME_WORDS
    says_point = scene.ratings.unit_scores[at].max(initial=0) >= COVERED
    return score >= _CERTAIN and lead >= _AHEAD and shared > _LEAST_RECALL and not says_point


def _distinguishing(scene: Scene, claim: int) -> dict[str, float]:
    """The claim's words that neither the topic nor the point that it contradicts has."""
    point = scene.lesson.reference.misconceptions[claim].point
    shared = scene.goals.points[point].keys() | scene.goals.topic
    return {word: weight for word, weight in scene.goals.claims[claim].items() if word not in shared}


def _closest_clause(scene: Scene, at: int, claim: int) -> Span:
    words = scene.goals.claims[claim]
    clauses = split_clauses(scene.reading.sentences[at]) or [scene.reading.sentences[at]]
    return max(clauses, key=lambda clause: (recall(words, _words(scene, clause)), len(clause.text)))


def _words(scene: Scene, clause: Span) -> frozenset[str]:
    return frozenset(content_words(clause.text, scene.language))

"""Sentences that state a known misconception."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from feynman.domain import GapKind, Span
from feynman.engines.builtin.contradiction import is_opposite
from feynman.engines.builtin.coverage import COVERED, logistic, recall
from feynman.engines.builtin.scene import Draft, Scene
from feynman.engines.builtin.weights import MISCONCEPTION
from feynman.text.sentences import split_clauses
from feynman.text.tokens import content_words

__all__ = ["SUSPECTED", "VERDICT", "misconceptions", "suspicions"]

VERDICT: Final = 0.6
"""From here on the student says that something does not fit."""

SUSPECTED: Final = 0.35
"""From here on it only asks."""

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
_LONG_SENTENCE: Final = {"en": 150, "zh": 60}


def misconceptions(scene: Scene) -> list[Draft]:
    """One draft per misconception that a sentence states; quoted is that sentence or the clauses that state it."""
    return [
        Draft(
            GapKind.FACTUAL_ERROR,
            round(stated.confidence, 2),
            3,
            span=_statement(scene, stated),
            point_index=scene.lesson.reference.misconceptions[stated.claim].point,
            detail=scene.lesson.reference.misconceptions[stated.claim].question,
        )
        for stated in _stated(scene)
        if stated.confidence >= VERDICT
    ]


def suspicions(scene: Scene) -> dict[int, str]:
    """Points that a sentence may contradict, with the question that makes one doubt it."""
    wrong = scene.lesson.reference.misconceptions
    return {
        wrong[stated.claim].point: wrong[stated.claim].question
        for stated in _stated(scene)
        if SUSPECTED <= stated.confidence < VERDICT
    }


@dataclass(frozen=True, slots=True)
class _Stated:
    """A claim, the sentence that states it best, and the one after or before it when it goes on with the claim."""

    claim: int
    at: int
    confidence: float
    along: int | None


def _stated(scene: Scene) -> Iterator[_Stated]:
    """Each claim with its sentence, each sentence with the claim that it is closest to."""
    if not scene.goals.claims or not scene.reading.singles:
        return
    scores = _scores(scene)
    for claim in range(scores.shape[1]):
        candidates = [at for at in scene.reading.singles if int(scores[at].argmax()) == claim]
        fitting = [at for at in sorted(candidates, key=lambda at: -scores[at, claim]) if _asserts(scene, at, claim)]
        if fitting:
            beside = [at for at in candidates if abs(at - fitting[0]) == 1 and scores[at, claim] >= SUSPECTED]
            along = max(beside, key=lambda at: scores[at, claim], default=None)
            yield _Stated(claim, fitting[0], float(scores[fitting[0], claim]), along)


def _scores(scene: Scene) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    singles = scene.reading.singles
    cosine = scene.reading.vectors[singles] @ scene.goals.claim_vectors.T
    points = np.array([wrong.point for wrong in scene.lesson.reference.misconceptions])
    lead = cosine - scene.ratings.cosine[singles].max(axis=1, keepdims=True)
    recalled = np.array(
        [[recall(words, scene.reading.units[at].words) for words in scene.goals.claims] for at in singles]
    )
    unit_scores = scene.ratings.unit_scores[singles]
    other = np.stack([np.delete(unit_scores, point, axis=1).max(axis=1, initial=0) for point in points], axis=1)
    whole = np.array([scene.ratings.matches[point].score for point in points])
    features = np.stack([cosine, lead, recalled, other, np.broadcast_to(whole, cosine.shape)], axis=-1)
    return np.asarray(logistic(features @ np.array(MISCONCEPTION[:-1]) + MISCONCEPTION[-1]), np.float64)


def _asserts(scene: Scene, at: int, claim: int) -> bool:
    """Whether the sentence says it itself, as true: no question, no report of what others believe, no denial.

    A sentence with the opposite of one of the claim's words, or with hardly a word at all, does not say it either.
    """
    sentence = scene.reading.sentences[at].text
    if sentence.rstrip("\"'”’」』 ").endswith(("?", "？")) or scene.lexicon.has("belief_of_others", sentence):
        return False
    wrong = scene.lesson.reference.misconceptions[claim].claim
    if is_opposite(sentence, wrong, scene.lexicon.opposites) or not _has_support(scene, at, claim):
        return False
    if _repeats_a_point(scene, at, claim) or _says_a_point(scene, at, claim):
        return False
    if scene.lexicon.count("negation", sentence) == scene.lexicon.count("negation", wrong):
        return True
    clause = _closest_clause(scene, at, claim).text
    return scene.lexicon.has("negation", clause) == scene.lexicon.has("negation", wrong)


def _repeats_a_point(scene: Scene, at: int, claim: int) -> bool:
    """Whether nearly all of the sentence's words are one key point's, and fewer of them the claim's."""
    words = scene.reading.units[at].words
    shares = [len(words & point.keys()) / max(len(words), 1) for point in scene.goals.points]
    share = max(shares, default=0.0)
    return share >= _REPEATED and share > len(words & scene.goals.claims[claim].keys()) / max(len(words), 1)


def _says_a_point(scene: Scene, at: int, claim: int) -> bool:
    """Whether the sentence says the denial that the claim leaves out, or another key point with none of its words."""
    scores, wrong = scene.ratings.unit_scores[at], scene.lesson.reference.misconceptions[claim]
    denied = scene.lexicon.has("negation", scene.lesson.reference.points[wrong.point].text)
    if denied and not scene.lexicon.has("negation", wrong.claim) and scores[wrong.point] >= _SAID:
        return scene.lexicon.has("negation", scene.reading.sentences[at].text)
    apart = recall(scene.goals.claims[claim], scene.reading.units[at].words) < _APART
    return apart and bool((np.delete(scores, wrong.point) >= COVERED).any())


def _has_support(scene: Scene, at: int, claim: int) -> bool:
    """Whether words or meaning are the claim's; near meaning alone is only about the same thing."""
    unit, words = scene.reading.units[at], scene.goals.claims[claim]
    cosine = float(scene.reading.vectors[at] @ scene.goals.claim_vectors[claim])
    shared = recall(words, unit.words)
    if shared >= _SAME_WORDS:
        return True
    if cosine < _LEAST_COSINE or len(set(content_words(unit.span.text, scene.language))) < _FEWEST_WORDS:
        return False
    if _CLOSE <= cosine < _SAME_MEANING:
        return shared >= _MANY_WORDS or recall(_distinguishing(scene, claim), unit.words) >= _DISTINCT
    return cosine >= _CLOSE or shared > _LEAST_RECALL


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


def _statement(scene: Scene, stated: _Stated) -> Span:
    """The sentence, with the one that goes on with it; of a long one the clauses that are closest to the claim."""
    sentence = scene.reading.sentences[stated.at]
    if stated.along is not None:
        first, last = sorted((sentence, scene.reading.sentences[stated.along]), key=lambda span: span.start)
        return Span(start=first.start, end=last.end, text=scene.text[first.start : last.end])
    if len(sentence.text) <= _LONG_SENTENCE[scene.language]:
        return sentence
    clauses = split_clauses(sentence)
    runs = [
        Span(start=one.start, end=other.end, text=scene.text[one.start : other.end])
        for index, one in enumerate(clauses)
        for other in clauses[index : index + 3]
    ]
    vectors = scene.encoder.encode([run.text for run in runs])
    return runs[int((vectors @ scene.goals.claim_vectors[stated.claim]).argmax())]

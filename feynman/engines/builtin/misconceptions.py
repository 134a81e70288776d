"""Sentences that state a known misconception."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from feynman.domain import GapKind, Span
from feynman.engines.builtin.assertion import asserts
from feynman.engines.builtin.contradiction import doubts
from feynman.engines.builtin.coverage import logistic, recall
from feynman.engines.builtin.scene import Draft, Scene
from feynman.engines.builtin.weights import MISCONCEPTION
from feynman.text.sentences import split_clauses

__all__ = ["SUSPECTED", "VERDICT", "Stated", "claims_stated", "misconceptions", "suspicions"]

VERDICT: Final = 0.6
"""From here on the student says that something does not fit."""

SUSPECTED: Final = 0.35
"""From here on it only asks."""

_LONG_SENTENCE: Final = {"en": 150, "zh": 60}


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim, the sentence that states it best, and the one after or before it when it goes on with the claim."""

    claim: int
    at: int
    confidence: float
    along: int | None


def misconceptions(scene: Scene, found: Sequence[Stated]) -> list[Draft]:
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
        for stated in found
        if stated.confidence >= VERDICT
    ]


def suspicions(scene: Scene, found: Sequence[Stated]) -> dict[int, str | None]:
    """Points that a sentence may contradict, with the question that makes one doubt it where there is one."""
    wrong = scene.lesson.reference.misconceptions
    return dict.fromkeys(doubts(scene)) | {
        wrong[stated.claim].point: wrong[stated.claim].question
        for stated in found
        if SUSPECTED <= stated.confidence < VERDICT
    }


def claims_stated(scene: Scene) -> Iterator[Stated]:
    """Each claim with its sentence, each sentence with the claim that it is closest to."""
    if not scene.goals.claims or not scene.reading.singles:
        return
    scores = _scores(scene)
    for claim in range(scores.shape[1]):
        candidates = [at for at in scene.reading.singles if int(scores[at].argmax()) == claim]
        fitting = [
            at
            for at in sorted(candidates, key=lambda at: -scores[at, claim])
            if asserts(scene, at, claim, float(scores[at, claim]))
        ]
        if fitting:
            beside = [at for at in candidates if abs(at - fitting[0]) == 1 and scores[at, claim] >= SUSPECTED]
            along = max(beside, key=lambda at: scores[at, claim], default=None)
            yield Stated(claim, fitting[0], float(scores[fitting[0], claim]), along)


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


def _statement(scene: Scene, stated: Stated) -> Span:
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

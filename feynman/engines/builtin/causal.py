"""Facts told without the reason that belongs to them."""

import re
from typing import Final

import numpy as np

from feynman.domain import GapKind
from feynman.engines.builtin.coverage import recall
from feynman.engines.builtin.reading import Vectors, word_set
from feynman.engines.builtin.scene import Draft, Scene, is_question
from feynman.text.tokens import content_words

__all__ = ["asks_why", "reasons_left_out"]

_WHY: Final = re.compile(r"^\W*(?:so |and |but )?(?:why|how)\b|为什么|怎么|凭什么", re.IGNORECASE)
_CONSEQUENCES: Final = frozenset({"so", "所以", "因此", "因而", "从而", "that is why", "which is why"})

# Cosine of sentence and fact, its lead over the other points, recall of the fact, recall of the reason in
# the text, length of the sentence in tens of words, whether a question stands before it: logistic regression on the
# tuning half of FeynBench and the library's lessons; the bias is set for few false alarms.
_WEIGHTS: Final = np.array([4.7, 1.1, 1.7, -2.1, -1.4, -1.5])
_BIAS: Final = -3.3
_BARE: Final = 0.25
_LEAST_COSINE: Final = 0.5
_LETTERS: Final = {"en": 9, "zh": 3}  # characters to a word, with spaces and commas, as the lengths were measured
_LONGEST: Final = 2.0
_SAYS_SOMETHING: Final = 2  # content words


def asks_why(scene: Scene, point: int) -> bool:
    """Whether a key point says why or how: its text has a reason, or its probe asks for one."""
    key = scene.lesson.reference.points[point]
    return scene.lexicon.has("reason_in_point", key.text) or _WHY.search(key.probe or "") is not None


def reasons_left_out(scene: Scene) -> list[Draft]:
    """At most one draft: a sentence that tells a point's fact barely, while nothing in the text means its reason."""
    if scene.reading.language != scene.goals.language or scene.intent != "explains" or not scene.goals.points:
        return []
    bare = _bare_sentences(scene)
    found = [pair for point in range(len(scene.goals.points)) for pair in _untold(scene, point, bare)] if bare else []
    if not found:
        return []
    score, at, point = max(found)
    span = scene.reading.sentences[at]
    return [Draft(GapKind.CAUSAL_GAP, round(0.4 + score / 3, 2), 2, span=span, point_index=point)]


def _bare_sentences(scene: Scene) -> list[int]:
    """Sentences that state something, give no reason themselves and are not followed by one."""
    sentences = scene.reading.sentences
    lasts = [*sentences[1:], None]
    return [
        at
        for at, (sentence, following) in enumerate(zip(sentences, lasts, strict=True))
        if not scene.lexicon.has("gives_reason", sentence.text)
        and not is_question(sentence.text)
        and (following is None or not scene.lexicon.has("goes_on_with_reason", following.text))
        and len(set(content_words(sentence.text, scene.language)) - scene.goals.topic) >= _SAYS_SOMETHING
    ]


def _untold(scene: Scene, point: int, bare: list[int]) -> list[tuple[float, int, int]]:
    """For each bare sentence that tells the point's fact, how sure it is that the reason is left out."""
    fact, reason = _parts(scene, scene.lesson.reference.points[point].text)
    if not reason:
        return []
    cosine = scene.reading.vectors[scene.reading.singles] @ scene.encoder.encode([fact])[0]
    lead = np.maximum(cosine, scene.ratings.cosine[: len(cosine), point]) - _others(scene, point, len(cosine))
    wanted = dict.fromkeys(word_set(fact, scene.language), 1.0)
    because = dict.fromkeys(word_set(reason, scene.language) - wanted.keys(), 1.0)
    reasoned = recall(because, scene.reading.words | word_set(scene.said_before, scene.language))
    found = []
    for at in bare:
        if cosine[at] < _LEAST_COSINE or lead[at] < 0:
            continue
        length = len(scene.reading.sentences[at].text) / _LETTERS[scene.language] / 10
        after_question = at > 0 and is_question(scene.reading.sentences[at - 1].text)
        told = recall(wanted, scene.reading.units[at].words)
        features = [float(cosine[at]), float(lead[at]), told, reasoned, min(length, _LONGEST), float(after_question)]
        score = float(1 / (1 + np.exp(-(np.array(features) @ _WEIGHTS + _BIAS))))
        if score >= _BARE:
            found.append((score, at, point))
    return found


def _others(scene: Scene, point: int, sentences: int) -> Vectors:
    """How close each sentence is to the closest other point."""
    rest = np.delete(scene.ratings.cosine[:sentences], point, axis=1)
    return np.asarray(rest.max(axis=1, initial=0.0))


def _parts(scene: Scene, point: str) -> tuple[str, str]:
    """Split a point at its "because" into fact and reason; the reason is empty when there is no such word inside."""
    found = scene.lexicon.find("reason_in_point", point)
    if found is None or found.start == 0:
        return point, ""
    before, after = point[: found.start], point[found.end :]
    return (after, before) if found.text.casefold() in _CONSEQUENCES else (before, after)

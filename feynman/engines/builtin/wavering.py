"""Sentences that say the opposite of what the learner said before."""

from typing import Final

from feynman.domain import Belief, Gap, GapKind
from feynman.engines.builtin.contradiction import contradicts
from feynman.engines.builtin.scene import Draft, Scene, is_question
from feynman.engines.student import Lesson

__all__ = ["is_wavering", "wavering"]

_KEPT: Final = 40  # beliefs that a turn is held against, the latest
_NEAR: Final = 0.6  # cosine: about the same thing


def wavering(scene: Scene) -> list[Draft]:
    """At most one draft: a statement against one of the student's beliefs, whose words are its ``detail``.

    Who takes something back in so many words does not waver.
    """
    beliefs = scene.lesson.beliefs[-_KEPT:]
    if not beliefs or scene.intent != "explains" or scene.lexicon.has("taking_back", scene.text):
        return []
    known = scene.encoder.encode([belief.quote for belief in beliefs])
    for at, sentence in enumerate(scene.reading.sentences):
        if is_question(sentence.text) or scene.lexicon.has("belief_of_others", sentence.text):
            continue
        near = known @ scene.reading.vectors[at]
        for index in near.argsort()[::-1]:
            if near[index] < _NEAR:
                break
            belief = beliefs[int(index)]
            if contradicts(scene, sentence.text, belief.quote, float(near[index])):
                return [_draft(scene, at, belief)]
    return []


def is_wavering(gap: Gap, lesson: Lesson) -> bool:
    """Whether ``gap`` holds a statement against an earlier one."""
    return gap.kind == GapKind.FACTUAL_ERROR and any(gap.detail == belief.quote for belief in lesson.beliefs)


def _draft(scene: Scene, at: int, belief: Belief) -> Draft:
    span = scene.reading.sentences[at]
    return Draft(GapKind.FACTUAL_ERROR, 0.7, 3, span=span, point_index=belief.point_index, detail=belief.quote)

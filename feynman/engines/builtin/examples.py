"""Explanations that stay abstract."""

from typing import Final

import numpy as np

from feynman.domain import GapKind
from feynman.engines.builtin.coverage import COVERED
from feynman.engines.builtin.scene import Draft, Scene
from feynman.text.sentences import split_sentences
from feynman.text.tokens import bigrams

__all__ = ["missing_example"]

_ENOUGH: Final = 4  # sentences
_HALF: Final = 0.5

# Share of words that the key points do not have, mean cosine of a sentence with its closest point, and how many
# different words of comparison, story or number (at most three): logistic regression on the tuning half of FeynBench
# and the library's complete lessons; with the tested topic left out it was right for all but one text.
_WEIGHTS: Final = np.array([-7.4, 9.8, -2.45])
_BIAS: Final = -0.9
_ABSTRACT: Final = 0.45
_MOST_CUES: Final = 3


def missing_example(scene: Scene) -> list[Draft]:
    """At most one draft a session: four sentences or more, and nothing in them that one could picture.

    Such a text says its key points nearly in their own words; without key points it is one without a comparison.
    """
    whole = f"{scene.said_before}\n{scene.text}"
    asked_before = any(gap.kind == GapKind.MISSING_EXAMPLE for turn in scene.lesson.earlier for gap in turn.found)
    if asked_before or len(split_sentences(whole, scene.language)) < _ENOUGH:
        return []
    abstract = _stays_with_the_points(scene) if scene.goals.points else not scene.lexicon.has("example", whole)
    return [Draft(GapKind.MISSING_EXAMPLE, 0.6, 1)] if abstract else []


def _stays_with_the_points(scene: Scene) -> bool:
    said = [match.score >= COVERED for match in scene.ratings.matches]
    if sum(said) < _HALF * len(said) or scene.reading.language != scene.goals.language:
        return False
    closest = scene.ratings.cosine[scene.reading.singles].max(axis=1)
    features = np.array([_novelty(scene), float(closest.mean()), _cues(scene)])
    return bool(1 / (1 + np.exp(-(features @ _WEIGHTS + _BIAS))) >= _ABSTRACT)


def _novelty(scene: Scene) -> float:
    known = scene.goals.topic.union(*scene.goals.points)
    content = frozenset[str]().union(*(unit.content for unit in scene.reading.units))
    novel = [word for word in content if word not in known and known.isdisjoint(bigrams(word))]
    return len(novel) / max(1, len(content))


def _cues(scene: Scene) -> int:
    """How many different words point at something concrete; numbers of the key points do not."""
    given = " ".join(point.text for point in scene.lesson.reference.points)
    whole = f"{scene.said_before}\n{scene.text}"
    found = {cue.text.casefold() for cue in scene.lexicon.each("concrete", whole)}
    return min(_MOST_CUES, sum(not (cue.isdigit() and cue in given) for cue in found))

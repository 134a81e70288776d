"""Explanations that stay abstract."""

from typing import Final

from feynman.domain import GapKind
from feynman.engines.builtin.scene import Draft, Scene
from feynman.text.sentences import split_sentences

__all__ = ["missing_example"]

_ENOUGH: Final = 4


def missing_example(scene: Scene) -> list[Draft]:
    """At most one draft a session: four sentences or more, and nothing in them that one could picture."""
    whole = f"{scene.said_before}\n{scene.text}"
    asked_before = any(gap.kind == GapKind.MISSING_EXAMPLE for turn in scene.lesson.earlier for gap in turn.found)
    if asked_before or scene.lexicon.has("example", whole):
        return []
    if len(split_sentences(whole, scene.language)) < _ENOUGH:
        return []
    return [Draft(GapKind.MISSING_EXAMPLE, 0.6, 1)]

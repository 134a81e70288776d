"""Reasons and definitions that say what they should explain: "inertia is when a thing has inertia"."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from feynman.domain import GapKind, Language
from feynman.engines.builtin.scene import Draft, Scene
from feynman.text.tokens import content_words

__all__ = ["circles", "is_circular"]

_SPLITS: Final[Mapping[Language, re.Pattern[str]]] = MappingProxyType(
    {
        "en": re.compile(
            r"^(?P<claim>.+?)\b(?:is|are)?\s*(?:what )?(?:happens? )?(?:when|because|means? that)\b(?P<reason>.+)$",
            re.IGNORECASE | re.DOTALL,
        ),
        "zh": re.compile(
            r"^(?P<claim>.+?)(?:之所以.*?)?(?:是因为|就是因为|因为|是由于|就是|的意思是|是指|说的是)(?P<reason>.+)$",
            re.DOTALL,
        ),
    }
)


def circles(scene: Scene) -> list[Draft]:
    """One draft per sentence whose reason or definition adds nothing to its claim."""
    return [
        Draft(GapKind.CIRCULAR, 0.7, 2, span=sentence)
        for sentence in scene.reading.sentences
        if not scene.lexicon.has("belief_of_others", sentence.text) and is_circular(sentence.text, scene)
    ]


def is_circular(sentence: str, scene: Scene) -> bool:
    """Whether all that the reason says, but for words such as "thing", is in the claim already."""
    match = _SPLITS[scene.language].match(sentence)
    if match is None or sentence.rstrip().endswith(("?", "？")) or scene.lexicon.has("negation", sentence):
        return False
    claim = set(content_words(match["claim"], scene.language))
    reason = set(content_words(match["reason"], scene.language)) - scene.lexicon.generic
    return bool(reason) and reason <= claim and len(reason) >= min(2, len(claim - scene.lexicon.generic))

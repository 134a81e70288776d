"""Facts told without the reason that belongs to them."""

import re
from typing import Final

from feynman.domain import GapKind
from feynman.engines.builtin.coverage import PARTIAL, recall
from feynman.engines.builtin.reading import word_set
from feynman.engines.builtin.scene import Draft, Scene

__all__ = ["asks_why", "reasons_left_out"]

_REASON_RECALL: Final = 0.1
_REASON_COSINE: Final = 0.4
_FACT_RECALL: Final = 0.3
_WHY: Final = re.compile(r"^\W*(?:so |and |but )?(?:why|how)\b|为什么|怎么|凭什么", re.IGNORECASE)


def asks_why(scene: Scene, point: int) -> bool:
    """Whether a key point says why or how: its text has a reason, or its probe asks for one."""
    key = scene.lesson.reference.points[point]
    return scene.lexicon.has("reason_in_point", key.text) or _WHY.search(key.probe or "") is not None


def reasons_left_out(scene: Scene) -> list[Draft]:
    """At most one draft: a point's fact is told, no reason near it, and nothing in the text means that reason."""
    if scene.reading.language != scene.goals.language or scene.intent != "explains":
        return []
    for point, match in enumerate(scene.ratings.matches):
        if match.unit is not None and match.score >= PARTIAL and _reason_is_missing(scene, point):
            span = scene.reading.sentences[scene.reading.units[match.unit].first]
            return [Draft(GapKind.CAUSAL_GAP, 0.6, 2, span=span, point_index=point)]
    return []


def _reason_is_missing(scene: Scene, point: int) -> bool:
    match = scene.ratings.matches[point]
    fact, reason = _parts(scene, scene.lesson.reference.points[point].text)
    if not reason or match.unit is None:
        return False
    unit = scene.reading.units[match.unit]
    nearby = scene.reading.sentences[unit.first : unit.last + 2]
    if any(scene.lexicon.has("because", sentence.text) for sentence in nearby):
        return False
    reason_words = dict.fromkeys(word_set(reason, scene.language) - word_set(fact, scene.language), 1.0)
    if recall(dict.fromkeys(word_set(fact, scene.language), 1.0), unit.words) < _FACT_RECALL:
        return False
    whole = scene.reading.words | word_set(scene.said_before, scene.language)
    cosine = scene.reading.vectors @ scene.encoder.encode([reason])[0]
    return recall(reason_words, whole) <= _REASON_RECALL and float(cosine.max()) < _REASON_COSINE


def _parts(scene: Scene, point: str) -> tuple[str, str]:
    """Split a point at its "because" into fact and reason; the reason is empty when there is no such word inside."""
    found = scene.lexicon.find("reason_in_point", point)
    if found is None or found.start == 0:
        return point, ""
    before, after = point[: found.start], point[found.end :]
    return (after, before) if found.text.casefold() in ("so", "so that", "所以", "因此") else (before, after)

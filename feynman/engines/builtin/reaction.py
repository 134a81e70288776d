"""The first sentence or two of a reply: they react to what was actually said."""

import re
from typing import Final

from feynman.domain import Gap, GapKind
from feynman.engines.builtin.intent import Intent
from feynman.engines.builtin.phrasing import Chooser, excerpt, phrases
from feynman.engines.builtin.scene import asked_gap
from feynman.engines.student import Analysis, Lesson
from feynman.text.tokens import bigrams, content_words, words

__all__ = ["is_parroted", "react"]

_COPIED: Final = 0.7
_QUOTED: Final = re.compile("“([^“”]+)”")


def react(lesson: Lesson, analysis: Analysis, intent: Intent, asking: Gap | None) -> list[str]:
    """Return up to three sentences; ``asking`` is the gap that the question after them will be about."""
    chooser = Chooser(lesson)
    parts = [_remember(lesson, chooser), _respond(lesson, analysis, intent, chooser, asking)]
    if not lesson.reference.points and not lesson.earlier and not lesson.history:
        parts.append(_say(lesson, chooser, "no_reference"))
    return [part for part in parts if part]


def is_parroted(lesson: Lesson) -> bool:
    """Whether at least 70 % of most key points is copied word by word."""
    points = [point.text for point in lesson.reference.points]
    source = set(_runs(lesson.explanation.text))
    copied = [point for point in points if _share(_runs(point), source) >= _COPIED]
    return len(points) > 1 and len(copied) > len(points) / 2


def _remember(lesson: Lesson, chooser: Chooser) -> str | None:
    if lesson.begun or not lesson.recalled:
        return None
    memory = min(lesson.recalled, key=lambda memory: memory.kind != "summary")
    said = "\n".join(_QUOTED.findall(memory.text)) if memory.language == lesson.explanation.language else ""
    quote = excerpt(said, lesson.explanation.language)
    return _say(lesson, chooser, "recalled", topic=memory.topic, quote=quote)


def _respond(lesson: Lesson, analysis: Analysis, intent: Intent, chooser: Chooser, asking: Gap | None) -> str | None:
    if intent in ("does_not_know", "wants_answer", "asks", "insists"):
        return None if asking is None else _say(lesson, chooser, _unmoved(lesson, intent, asking))
    if is_parroted(lesson):
        return _say(lesson, chooser, "parrot")
    if analysis.resolved:
        return _say(lesson, chooser, "resolved", quote=_told(lesson, analysis, chooser))
    if asking is not None and asking.kind == GapKind.FACTUAL_ERROR and asking in analysis.found:
        quote = excerpt(asking.quote or "", lesson.explanation.language) if asking.detail != asking.quote else None
        return _say(lesson, chooser, "puzzled", quote=quote)
    if analysis.beliefs:
        return _say(lesson, chooser, "heard", quote=_told(lesson, analysis, chooser))
    return _say(lesson, chooser, _without_news(intent, asking))


def _unmoved(lesson: Lesson, intent: Intent, asking: Gap) -> str:
    last = asked_gap(lesson)
    stays = intent == "does_not_know" and last is not None and last.id == asking.id
    return "does_not_know_again" if stays else intent


def _without_news(intent: Intent, asking: Gap | None) -> str:
    if intent == "short" or (intent == "bare" and asking is not None):
        return "bare"
    return "heard_plain" if asking is None else "nothing_new"


def _told(lesson: Lesson, analysis: Analysis, chooser: Chooser) -> str | None:
    """A short piece of what was newly understood; what closed a gap comes first."""
    closed = {gap.point_index for gap in analysis.resolved if gap.point_index is not None}
    beliefs = sorted(analysis.beliefs, key=lambda belief: belief.point_index not in closed)
    for belief in beliefs:
        at = belief.point_index
        point = lesson.reference.points[at].text if at is not None else ""
        wanted = content_words(point, lesson.explanation.language)
        quote = excerpt(belief.quote, lesson.explanation.language, wanted=wanted)
        if quote is not None and not chooser.said(quote):
            return quote
    return None


def _say(lesson: Lesson, chooser: Chooser, name: str, **fields: str | None) -> str | None:
    """Fill a reaction; without a quote its plain form."""
    reactions = phrases(lesson.explanation.language)["reactions"]
    if "quote" in fields and fields["quote"] is None:
        name = f"{name}_plain"
    return chooser.pick(reactions[name], fields)


def _runs(text: str) -> list[str]:
    pairs = bigrams(text)
    found = words(text)
    return (
        [one + other for one, other in zip(pairs, pairs[2:], strict=False)]
        if len(pairs) > len(found)
        else [" ".join(found[at : at + 3]) for at in range(len(found) - 2)]
    )


def _share(wanted: list[str], source: set[str]) -> float:
    return sum(run in source for run in wanted) / len(wanted) if wanted else 0.0

"""Technical words that are used but not explained."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import Final

from feynman.domain import GapKind, Language, Span
from feynman.engines.builtin.candidates import Candidate, candidates
from feynman.engines.builtin.difficulty import complexity, technical
from feynman.engines.builtin.lexicon import Lexicon
from feynman.engines.builtin.scene import Draft, Scene
from feynman.text.language import has_han
from feynman.text.sentences import MAX_SENTENCE

__all__ = ["explained", "occurrences", "unexplained_terms"]

_MOST: Final = 2
_WEIGHED: Final = 5  # each costs the encoder half a millisecond (measured)
_DROPPED: Final = 2
_PLACES: Final = 50  # a word said more often than that was explained by then, or is not going to be
# With the tested topic left out of the training, FeynBench's tuning half has one false alarm a language from here on.
_TECHNICAL: Final[Mapping[Language, float]] = MappingProxyType({"en": 0.8, "zh": 0.86})
_ABBREVIATED: Final = 0.7  # "ATP", "B细胞"
_OF_A_POINT: Final = 0.93  # a word of the key points is mostly one that the topic cannot be told without
_WITHOUT_POINTS: Final = 0.7  # there is little else to ask about
_NOT_EVERYDAY: Final = 0.2
_OBSCURE: Final = 0.43  # CompLex calls 0.5 neutral, 0.75 difficult
_SENTENCE_END: Final = re.compile(r"[。！？!?；;\n]|\.(?:\s|$)")


@dataclass(frozen=True, slots=True)
class _Term:
    text: str
    confidence: float
    rank: float


def unexplained_terms(scene: Scene) -> list[Draft]:
    """At most two words that no text so far explains: terms of the reference, and what looks like jargon.

    The hardest ones come first.
    """
    whole = f"{scene.said_before}\n{scene.text}"
    found: list[tuple[_Term, Span]] = []
    for term in (*_listed(scene), *_jargon(scene, whole)):
        places = occurrences(term.text, scene.text)
        apart = all(not _overlaps(places[0], span) for _, span in found) if places else False
        if apart and not explained(term.text, whole, scene.lexicon):
            found.append((term, places[0]))
    found.sort(key=lambda pair: -pair[0].rank)
    return [
        Draft(GapKind.UNDEFINED_TERM, term.confidence, 2, span=span, detail=span.text) for term, span in found[:_MOST]
    ]


def occurrences(term: str, text: str) -> list[Span]:
    """The first places of ``term``: an English one as whole words in any case, singular or plural."""
    pattern = re.escape(term)
    if not has_han(term):
        pattern = rf"(?<![A-Za-z0-9_]){pattern}(?:s|es)?(?![A-Za-z0-9_])"
    return [
        Span(start=match.start(), end=match.end(), text=match.group())
        for match in islice(re.finditer(pattern, text, re.IGNORECASE), _PLACES)
    ]


def explained(term: str, text: str, lexicon: Lexicon) -> bool:
    """Whether any sentence with ``term`` is built as a definition: "called X", "X is", "X, a ...", "叫X", "X就是".

    So is one that the next sentence takes up: "... antibodies. Those are ...".
    """
    before, after, following = _definitions(lexicon)
    return any(
        before.search(text[max(0, place.start - 60) : place.start]) is not None
        or after.match(text, place.end) is not None
        or following.match(text, place.end) is not None
        or lexicon.has("defining_later", _rest_of_sentence(text, place.end))
        for place in occurrences(term, text)
    )


@lru_cache(maxsize=2)
def _definitions(lexicon: Lexicon) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What stands before, after and in the sentence after a term that is being explained."""
    return (
        re.compile(f"(?:{lexicon.source('defining_before')})$", re.IGNORECASE),
        re.compile(lexicon.source("defining_after"), re.IGNORECASE),
        re.compile(lexicon.source("defining_next"), re.IGNORECASE),
    )


def _rest_of_sentence(text: str, start: int) -> str:
    furthest = start + MAX_SENTENCE
    end = _SENTENCE_END.search(text, start, furthest)
    return text[start : furthest if end is None else end.start()]


def _listed(scene: Scene) -> Iterator[_Term]:
    """The reference's own terms."""
    for term in scene.lesson.reference.terms if scene.goals.points else ():
        yield _Term(term, 0.75, 1.0)


def _jargon(scene: Scene, whole: str) -> Iterator[_Term]:
    """Words of this text that look technical; those that are explained are sorted out before anything is computed."""
    rare = [one for one in candidates(scene) if _in_passing(one.text, whole, scene.lexicon)][:_WEIGHED]
    if not rare:
        return
    texts = [one.text for one in rare]
    scores = technical(texts, scene.language, scene.encoder)
    hard = complexity(texts, scene.language, scene.encoder)
    for one, score, difficulty in sorted(zip(rare, scores, hard, strict=True), key=lambda found: -found[1]):
        obscure = not scene.goals.points and score >= _NOT_EVERYDAY and difficulty >= _OBSCURE
        if obscure or score >= _least(one, scene):
            yield _Term(one.text, round(max(0.5, float(score) - 0.2), 2), float(score + difficulty) / 2)


def _in_passing(term: str, text: str, lexicon: Lexicon) -> bool:
    """Whether a word is dropped and not explained: one that is said again and again is worked with."""
    return len(occurrences(term, text)) <= _DROPPED and not explained(term, text, lexicon)


def _least(one: Candidate, scene: Scene) -> float:
    if one.of_a_point:
        return _OF_A_POINT
    if not scene.goals.points:
        return _WITHOUT_POINTS
    return _ABBREVIATED if scene.language == "zh" and one.text[:1].isascii() else _TECHNICAL[scene.language]


def _overlaps(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end

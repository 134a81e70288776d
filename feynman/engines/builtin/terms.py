"""Technical words that are used but not explained."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from feynman.domain import GapKind, Language, Span
from feynman.engines.builtin.lexicon import Lexicon
from feynman.engines.builtin.scene import Draft, Scene
from feynman.text.language import has_han
from feynman.text.sentences import MAX_SENTENCE
from feynman.text.tokens import stem, words

__all__ = ["explained", "occurrences", "unexplained_terms"]

_MOST: Final = 2
_PLACES: Final = 50  # a word said more often than that was explained by then, or is not going to be
_RARE: Final = 3.0  # Zipf scale of wordfreq: less than once in a million words
_SHORTEST: Final = 3  # Chinese characters; shorter rare words are mostly everyday ones
_EVERYDAY: Final = re.compile(
    r"^[不没一二三两几这那]|(?:下去|上去|下来|上来|起来|出来|出去|过来|过去|进去|进来|得了|的话)$"
)
_SENTENCE_END: Final = re.compile(r"[。！？!?；;\n]|\.(?:\s|$)")
_WORD: Final = re.compile(r"(?<![\w'’-])[a-z]{5,}(?![\w'’-])")


def unexplained_terms(scene: Scene) -> list[Draft]:
    """At most two terms of the reference or, without one, rare words, that no text so far explains."""
    terms = scene.lesson.reference.terms if scene.goals.points else tuple(_rare_words(scene))
    whole = f"{scene.said_before}\n{scene.text}"
    drafts = []
    for term in terms:
        places = occurrences(term, scene.text)
        if places and not explained(term, whole, scene.lexicon):
            confidence = 0.75 if scene.goals.points else 0.6
            drafts.append(Draft(GapKind.UNDEFINED_TERM, confidence, 2, span=places[0], detail=places[0].text))
    return drafts[:_MOST]


def occurrences(term: str, text: str) -> list[Span]:
    """The first places of ``term``: an English one as whole words in any case, singular or plural."""
    pattern = re.escape(term)
    if not has_han(term):
        pattern = rf"(?<!\w){pattern}(?:s|es)?(?!\w)"
    return [
        Span(start=match.start(), end=match.end(), text=match.group())
        for match in islice(re.finditer(pattern, text, re.IGNORECASE), _PLACES)
    ]


def explained(term: str, text: str, lexicon: Lexicon) -> bool:
    """Whether any sentence with ``term`` is built as a definition: "called X", "X is", "X, a ...", "叫X", "X就是"."""
    before = re.compile(f"(?:{lexicon.source('defining_before')})$", re.IGNORECASE)
    after = re.compile(lexicon.source("defining_after"), re.IGNORECASE)
    return any(
        before.search(text[max(0, place.start - 60) : place.start]) is not None
        or after.match(text, place.end) is not None
        or lexicon.has("defining_later", _rest_of_sentence(text, place.end))
        for place in occurrences(term, text)
    )


def _rest_of_sentence(text: str, start: int) -> str:
    furthest = start + MAX_SENTENCE
    end = _SENTENCE_END.search(text, start, furthest)
    return text[start : furthest if end is None else end.start()]


def _rare_words(scene: Scene) -> Iterator[str]:
    topic = {stem(word) for word in words(scene.lesson.explanation.topic)}
    common = _frequencies(scene.language)
    for word in dict.fromkeys(_candidates(scene)):
        frequency = max((common.get(form, 0.0) for form in _forms(word)), default=0.0)
        if 0 < frequency < _RARE and stem(word) not in topic and word not in scene.lesson.explanation.topic:
            yield word


def _forms(word: str) -> list[str]:
    """The word and what it may be a plural or past of: "pawns" is as common as "pawn"."""
    return [word, *(word.removesuffix(ending) for ending in ("s", "es", "ed", "ing", "ly") if word.endswith(ending))]


def _candidates(scene: Scene) -> Iterator[str]:
    if scene.language == "en":
        yield from _WORD.findall(scene.text)
        return
    for word in words(scene.text):
        if has_han(word) and len(word) >= _SHORTEST and _EVERYDAY.search(word) is None:
            yield word


@lru_cache(maxsize=2)
def _frequencies(language: Language) -> dict[str, float]:
    """Zipf frequencies of the language's words; a word that is not listed is probably mistyped."""
    from wordfreq import get_frequency_list  # noqa: PLC0415 # only explanations without a reference need it

    return {
        word: 9 - centibels / 100
        for centibels, bucket in enumerate(get_frequency_list(language, "large" if language == "en" else "best"))
        for word in bucket
    }

"""What the student has understood, in its own words: the learner's sentences, turned around and joined."""

import re
from typing import Final

from feynman.domain import Belief, Language
from feynman.engines.builtin.lexicon import lexicon
from feynman.engines.builtin.phrasing import Chooser, phrases
from feynman.engines.student import Analysis, Lesson
from feynman.text.language import detect_language
from feynman.text.sentences import split_clauses, split_sentences
from feynman.text.stopwords import ENGLISH

__all__ = ["recap", "turn_around"]

_MOST: Final = 5
_LONGEST: Final = {"en": 200, "zh": 80}
_SWAPS: Final = {
    "i": "you",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "i'm": "you're",
    "i've": "you've",
    "i'd": "you'd",
    "i'll": "you'll",
}
_PERSON: Final = re.compile(r"\b(?:i(?:['’](?:m|ve|d|ll))?|me|my|mine)\b", re.IGNORECASE)
_END: Final = " \t.。,，;；:：!！?？…—、"


def recap(lesson: Lesson, analysis: Analysis) -> str:
    """Say back what is believed, at most five things in the order of the key points, and ask for it again some day."""
    language = lesson.explanation.language
    words, chooser = phrases(language), Chooser(lesson)
    told_before = bool(lesson.earlier) and lesson.earlier[-1].question is None and not analysis.beliefs
    told = (
        []
        if told_before
        else [told for belief in _chosen(lesson, analysis) for told in [_retell(belief.quote, language)] if told]
    )
    if not told:
        return chooser.pick(words["recap"]["nothing"], {"topic": lesson.explanation.topic}) or ""
    parts = [chooser.pick(words["recap"]["opening"]) or "", *_joined(told, language)]
    parts.append(chooser.pick(words["recap"]["closing"]) or "")
    return (" " if language == "en" else "").join(parts)


def turn_around(text: str, language: Language) -> str:
    """Turn the learner's "I" into "you"."""
    if language == "zh":
        return re.sub("我(?!们)", "你", text)
    return _PERSON.sub(lambda match: _SWAPS[match.group().lower().replace("’", "'")], text)


def _chosen(lesson: Lesson, analysis: Analysis) -> list[Belief]:
    by_point: dict[int, Belief] = {}
    free: list[Belief] = []
    language = lesson.explanation.language
    for belief in [*lesson.beliefs, *analysis.beliefs]:
        if detect_language(belief.quote, language) != language:
            continue  # a reply is in one language only
        if belief.point_index is None:
            free.append(belief)
        else:
            by_point[belief.point_index] = belief
    ordered = [by_point[at] for at in sorted(by_point)] + free
    unique = {belief.quote: belief for belief in ordered}
    return list(unique.values())[:_MOST]


def _retell(quote: str, language: Language) -> str:
    sentence = next(iter(split_sentences(quote, language)))
    text = sentence.text
    if len(text) > _LONGEST[language]:
        clauses = [clause for clause in split_clauses(sentence) if clause.end <= _LONGEST[language]]
        text = quote[: clauses[-1].end] if clauses else ""
    lead = lexicon(language).find("lead_in", text)
    bare = text[lead.end :] if lead is not None else text
    turned = turn_around(bare.strip(_END), language)
    first = turned.split(" ", 1)[0].lower()
    return turned[:1].lower() + turned[1:] if first in ENGLISH and not re.match("i\\b", first) else turned


def _joined(told: list[str], language: Language) -> list[str]:
    words = phrases(language)
    if len(told) == 1:
        return [told[0][:1].upper() + told[0][1:] + ("." if language == "en" else "。")]
    middles = words["joiners"]
    joiners = [words["first"], *(middles[at % len(middles)] for at in range(len(told) - 2)), words["last"]]
    if language == "zh":
        return [f"{joiner}，{text}。" for joiner, text in zip(joiners, told, strict=True)]
    commas = ["," if joiner != "And" else "" for joiner in joiners]
    return [f"{joiner}{comma} {text}." for joiner, comma, text in zip(joiners, commas, told, strict=True)]

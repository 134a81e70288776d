"""What the learner wants with this turn."""

import re
from typing import Final, Literal

from feynman.domain import Language
from feynman.engines.builtin.lexicon import lexicon
from feynman.text.tokens import content_words

__all__ = ["Intent", "intent_of"]

Intent = Literal["explains", "does_not_know", "wants_answer", "asks", "insists", "bare", "short"]

_SHORT_TALK: Final = {"en": 90, "zh": 34}  # code points; more than that explains something as well
_FEW_WORDS: Final = 3
_ENOUGH: Final = 2_000  # code points; what comes after does not change it
_ENDS_ASKING: Final = re.compile(r"[?？]\s*[\"'”’」』)）]*\s*$")


def intent_of(text: str, language: Language) -> Intent:
    """Tell an explanation from "I don't know", a plea for the answer, a question, insisting, a bare yes and a word."""
    line = " ".join(text[:_ENOUGH].split())
    patterns = lexicon(language)
    if patterns.has("bare", line):
        return "bare"
    if len(line) <= _SHORT_TALK[language]:
        if patterns.has("wants_answer", line):
            return "wants_answer"
        if patterns.has("insists", line):
            return "insists"
        if patterns.has("dont_know", line) and not _goes_on(line, language):
            return "does_not_know"
        if _ENDS_ASKING.search(line) and patterns.has("question_word", line):
            return "asks"
    return "short" if len(content_words(line, language)) < _FEW_WORDS else "explains"


def _goes_on(line: str, language: Language) -> bool:
    """Whether something is explained after the "I don't know"."""
    patterns = lexicon(language)
    found = patterns.find("dont_know", line)
    rest = line if found is None else line[: found.start] + " " + line[found.end :]
    return len(content_words(rest, language)) > 2 * _FEW_WORDS or (
        re.search(r"[,，;；.。]|\bbut\b|但|不过", rest.strip(" .。!！,，")) is not None
        and len(content_words(rest, language)) > _FEW_WORDS
    )

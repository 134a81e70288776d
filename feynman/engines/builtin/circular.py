"""Reasons and definitions that say what they should explain: "inertia is when a thing has inertia"."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from feynman.domain import GapKind, Language
from feynman.engines.builtin.lexicon import lexicon
from feynman.engines.builtin.reading import Encoder
from feynman.engines.builtin.scene import Draft, Scene, is_question
from feynman.text.tokens import bigrams, content_words

__all__ = ["circles", "is_circular", "measure"]

_SPLITS: Final[Mapping[Language, re.Pattern[str]]] = MappingProxyType(
    {
        "en": re.compile(
            r"^(?P<claim>.{4,}?)[,;]?\s*(?:\b(?:which is |it['’]s |(?:and )?that['’]s )?(?:because|cos|cuz|coz|since)\b"
            r"|['’]cause\b|\b(?:is|are) (?:basically |just |kind of )?when\b)(?! of\b)\s*(?P<reason>.{4,})$",
            re.IGNORECASE | re.DOTALL,
        ),
        "zh": re.compile(
            r"^(?P<claim>.{2,}?)[，,：？]?\s*(?:这|那)?(?:就|都|其实|主要)*(?:是因为|是由于|因为|由于|，毕竟)(?P<reason>.{3,})$",
            re.DOTALL,
        ),
    }
)
_DEFINITION: Final = re.compile(r"^(?P<claim>.{2,}?)(?:就是|的意思是|是指|说的是|指的是)(?P<reason>.{2,})$", re.DOTALL)

# Cosine of reason and claim, how many words of the reason are new, the share of them that is not, and the share that
# is not or nearly not: logistic regression by bench.training.circles on sentences written for it.
_WEIGHTS: Final = np.array([4.02, -1.41, -1.98, 1.72])
_BIAS: Final = 1.75
# A reason that says what a key point says is none of these, whatever it sounds like.
_OF_A_POINT: Final = 0.6
_MOST_OF_A_POINT: Final = 3
_LIKE_A_POINT: Final = 0.3
_CIRCULAR: Final[Mapping[Language, float]] = MappingProxyType({"en": 1.2, "zh": 0.7})
_MOST_FRESH: Final = 3  # words
_PREFIX: Final = 4  # letters: elastic and elasticity, fast and faster


def circles(scene: Scene) -> list[Draft]:
    """One draft per sentence whose reason or definition adds nothing to its claim."""
    return [
        Draft(GapKind.CIRCULAR, 0.7, 2, span=sentence)
        for sentence in scene.reading.sentences
        if not scene.lexicon.has("belief_of_others", sentence.text)
        and not scene.lexicon.has("example", sentence.text)
        and not is_question(sentence.text)
        and is_circular(sentence.text, scene)
    ]


def is_circular(sentence: str, scene: Scene) -> bool:
    """Whether all that the reason says is in the claim already, in these words or others."""
    match = _SPLITS[scene.language].match(sentence)
    if match is None:
        return scene.language == "zh" and _repeats(sentence, scene)
    claim, reason = match["claim"].strip(), match["reason"].strip()
    fresh = len(_fresh(claim, reason, scene.language))
    if fresh > (_MOST_FRESH if scene.goals.points else 0):
        return False  # too much is new to be worth the encoder's milliseconds, or no key point can speak for it
    least = _CIRCULAR[scene.language]
    score = float(np.array(measure(claim, reason, scene.language, scene.encoder)) @ _WEIGHTS) + _BIAS
    return score >= least and score - _told_by_a_point(scene, claim, reason) >= least


def measure(claim: str, reason: str, language: Language, encoder: Encoder) -> list[float]:
    """Cosine of the two (-1 to 1), new words (0 and more), share of old words and of nearly old ones (0-1)."""
    one, other = encoder.encode([claim, reason])
    wanted = _words_of(reason, language)
    fresh = _fresh(claim, reason, language)
    share = 1 - len(fresh) / max(1, len(wanted))
    nearly = share
    if language == "zh" and wanted:
        nearly = sum(any(sign in claim for sign in word) for word in wanted) / len(wanted)
    return [float(one @ other), float(len(fresh)), share, nearly if wanted else 1.0]


def _words_of(text: str, language: Language) -> list[str]:
    generic = lexicon(language).generic
    return [word for word in dict.fromkeys(content_words(text, language)) if word not in generic]


def _fresh(claim: str, reason: str, language: Language) -> list[str]:
    """The reason's words that are not in the claim, by stem, beginning or characters."""
    wanted, said = _words_of(reason, language), content_words(claim, language)
    if language == "zh":  # 蜡 is new beside 蜡烛, 弹力 is not beside 有弹性的力
        return [
            word for word in wanted if word not in said and (len(word) == 1 or not all(sign in claim for sign in word))
        ]
    known = {*said, *(word[:_PREFIX] for word in said if len(word) >= _PREFIX)}
    return [word for word in wanted if word not in known and word[:_PREFIX] not in known]


def _told_by_a_point(scene: Scene, claim: str, reason: str) -> float:
    """What is taken off for words and meaning of the key points that the claim does not have."""
    if not scene.goals.points:
        return 0.0
    of_points = frozenset[str]().union(*scene.goals.points)
    fresh = _fresh(claim, reason, scene.language)
    told = sum(word in of_points or not of_points.isdisjoint(bigrams(word)) for word in fresh)
    like = float((scene.goals.vectors @ scene.encoder.encode([reason])[0]).max())
    return _OF_A_POINT * min(_MOST_OF_A_POINT, told) + max(0.0, like - _LIKE_A_POINT)


def _repeats(sentence: str, scene: Scene) -> bool:
    """Whether a Chinese definition has no word but the defined ones."""
    match = _DEFINITION.match(sentence)
    if match is None or scene.lexicon.has("negation", sentence):
        return False
    claim = set(_words_of(match["claim"], "zh"))
    reason = set(_words_of(match["reason"], "zh"))
    return bool(reason) and reason <= claim and len(reason) >= min(2, len(claim))

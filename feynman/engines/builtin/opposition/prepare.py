"""A sentence or point made ready to be compared; prepared once and kept."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from feynman.domain import Language
from feynman.engines.builtin.opposition.cut import Pole, Text, cut
from feynman.engines.builtin.opposition.polarity import denied_first, denied_subjects, negations, polarities
from feynman.engines.builtin.opposition.quantities import Quantity, is_unit, quantities
from feynman.engines.builtin.opposition.relations import Relation, relations
from feynman.engines.builtin.opposition.vocabulary import vocabulary
from feynman.text.tokens import bigrams

__all__ = ["Prepared", "Stand", "prepare"]

_BETWEEN: Final = frozenset("会就要能便则")  # between a condition and what follows from it
_NEAR: Final = 5  # words of meaning on either side that tell what an opposite is said about


@dataclass(frozen=True, slots=True)
class Stand:
    """One place of an opposition: the side written, the side meant, the words around it, its first token and key.

    ``beside`` are the words of meaning right before and right after it, "" where there is none; ``changes`` says that
    the opposition is one of degrees.
    """

    side: int
    meant: int
    around: frozenset[str]
    place: int
    key: str
    beside: tuple[str, str]
    changes: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """``signs`` has 1 for each key said as true, -1 for each denied one and 0 for one said both ways."""

    keys: frozenset[str]
    ideas: frozenset[str | int]
    pairs: frozenset[str]
    signs: dict[str, int]
    denied: frozenset[str]
    negated: bool
    stands: dict[int, tuple[Stand, ...]]
    relations: dict[str, tuple[Relation, ...]]
    amounts: tuple[Quantity, ...]
    marks: frozenset[str]
    beside: dict[str, frozenset[str]]
    toward: frozenset[str]
    away: frozenset[str]
    order: tuple[str, ...]
    places: tuple[int, ...]
    clauses: tuple[tuple[str, ...], ...]
    all_order: tuple[str, ...]
    joined: frozenset[frozenset[str]]
    turned: tuple[int, ...]
    units: frozenset[str]
    rivals: dict[int, frozenset[str]]
    all_keys: frozenset[str]
    contrast: frozenset[str]
    subjects: frozenset[str]


# About 20 kB each: the points of open lessons and what was said last.
@lru_cache(maxsize=1024)
def prepare(sentence: str, language: Language) -> Prepared:
    """Read ``sentence`` (its first 400 characters) in ``language``."""
    words = vocabulary(language)
    text = cut(sentence, words)
    signs = polarities(text)
    content = [token.key for token in text.tokens if token.content]
    stands = _stands(text, signs)
    keys = frozenset(content)
    return Prepared(
        keys=keys,
        ideas=keys | frozenset(stands),
        pairs=frozenset(bigrams(text.text)) if language == "zh" else keys,
        signs=_signs(text, signs),
        denied=denied_first(text),
        negated=bool(negations(text)),
        stands=stands,
        relations=relations(text, signs),
        amounts=quantities(text, language),
        marks=_marks(text),
        beside=_beside(content),
        toward=_after(text, "toward"),
        away=_after(text, "away"),
        order=tuple(content),
        places=tuple(at for at, token in enumerate(text.tokens) if token.content or token.key in _BETWEEN),
        clauses=_clauses(text),
        all_order=tuple(token.key for token in text.tokens if token.key not in text.words.empty),
        joined=_joined(text),
        turned=tuple(len(text.words.patterns[name].findall(text.text)) for name in ("turning", "bringing")),
        units=_units(text),
        rivals=_rivals(text),
        contrast=_contrast(text),
        subjects=denied_subjects(text),
        all_keys=frozenset(token.key for token in text.tokens if token.key not in text.words.empty),
    )


def _signs(text: Text, signs: list[int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for token, sign in zip(text.tokens, signs, strict=True):
        if token.content:
            found[token.key] = sign if found.get(token.key, sign) == sign else 0
    return found


def _stands(text: Text, signs: list[int]) -> dict[int, tuple[Stand, ...]]:
    found: dict[int, list[Stand]] = defaultdict(list)
    for pole in text.poles:
        for number, side in pole.sides:
            around = _around(text, pole, number)
            key = text.tokens[pole.first].key
            found[number].append(
                Stand(
                    side,
                    side * signs[pole.first],
                    around,
                    pole.first,
                    key,
                    _neighbours(text, pole),
                    number < text.words.changes,
                )
            )
    return {number: tuple(each) for number, each in found.items()}


def _neighbours(text: Text, pole: Pole) -> tuple[str, str]:
    before = next((token.key for token in reversed(text.tokens[: pole.first]) if token.content), "")
    after = next((token.key for token in text.tokens[pole.last + 1 :] if token.content), "")
    return before, after


def _around(text: Text, pole: Pole, number: int) -> frozenset[str]:
    """The nearest words of meaning, as far as the next word of the same opposition."""
    rivals = [other for other in text.poles if other is not pole and any(each == number for each, _ in other.sides)]
    start = max((other.last + 1 for other in rivals if other.last < pole.first), default=0)
    stop = min((other.first for other in rivals if other.first > pole.last), default=len(text.tokens))
    before = [token.key for token in text.tokens[start : pole.first] if token.content]
    after = [token.key for token in text.tokens[pole.last + 1 : stop] if token.content]
    return frozenset(before[-_NEAR:] + after[:_NEAR])


def _marks(text: Text) -> frozenset[str]:
    names = ("all", "some", "none", "only", "reported", "conditional", "pronoun")
    found = {name for name in names if text.words.patterns[name].search(text.text)}
    if text.text.rstrip("\"'”’」』)） ").endswith(("?", "？")):
        found.add("asks")
    return frozenset(found)


def _beside(content: list[str]) -> dict[str, frozenset[str]]:
    """The neighbours of each key among the words of meaning."""
    return {key: frozenset(content[max(at - 1, 0) : at] + content[at + 1 : at + 2]) for at, key in enumerate(content)}


def _joined(text: Text) -> frozenset[frozenset[str]]:
    """Neighbouring words of meaning with an "and" or "or" between them: their order says nothing."""
    content = [token for token in text.tokens if token.content]
    return frozenset(
        frozenset((one.key, other.key))
        for one, other in pairwise(content)
        if text.words.patterns["joining"].fullmatch(text.text, one.end, other.start)
    )


def _clauses(text: Text) -> tuple[tuple[str, ...], ...]:
    """The words of meaning of each clause, the clauses in an order of their own."""
    found: dict[int, list[str]] = defaultdict(list)
    for token in text.tokens:
        if token.content:
            found[token.clause].append(token.key)
    return tuple(sorted(tuple(clause) for clause in found.values()))


def _units(text: Text) -> frozenset[str]:
    return frozenset(token.key for token in text.tokens if is_unit(text.text[token.start : token.end]))


def _contrast(text: Text) -> frozenset[str]:
    """The words of meaning after a "but": what holds instead of what is denied."""
    marks = [match.end() for match in text.words.patterns["contrast"].finditer(text.text)]
    return frozenset(token.key for token in text.tokens if marks and token.content and token.start >= marks[-1])


def _rivals(text: Text) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for token in text.tokens:
        for kind in text.words.rivals.get(token.key, ()) if token.content else ():
            found[kind].add(token.key)
    return {kind: frozenset(keys) for kind, keys in found.items()}


def _after(text: Text, name: str) -> frozenset[str]:
    """The first word or two of meaning after each place of a pattern, in its clause."""
    found: set[str] = set()
    for match in text.words.patterns[name].finditer(text.text):
        first = text.at(match.end())
        following = [token for token in text.tokens[first : first + _NEAR] if token.content]
        found.update(token.key for token in following[:2] if token.clause == text.tokens[first].clause)
    return frozenset(found)

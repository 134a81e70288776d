"""Who does what to whom, what comes first, what causes what: pairs of word sets that must not change places."""

import re
from collections.abc import Iterator
from typing import Final

from feynman.engines.builtin.opposition.cut import Pole, Text

__all__ = ["Relation", "crossing", "relations"]

Relation = tuple[frozenset[str], frozenset[str]]

_ONE_WAY: Final = 0.4  # only one of the two is found in the other's place
_BESIDE: Final = 2  # words of meaning beside a verb
_REACH: Final = 4  # words of meaning on either side of a verb that may be who does it and whom it is done to


def relations(text: Text, signs: list[int]) -> dict[str, tuple[Relation, ...]]:
    """The relations of a sentence by kind; a kind that starts with "v:" is a verb, "g:" an opposition."""
    found: dict[str, list[Relation]] = {}
    for kind, first, second in (
        *_verbs(text),
        *_comparisons(text, signs),
        *_connected(text),
        *_paths(text),
        *_attributes(text, signs),
    ):
        if first and second:
            found.setdefault(kind, []).append((frozenset(first), frozenset(second)))
    return {kind: tuple(each) for kind, each in found.items()}


def crossing(one: Relation, other: Relation) -> tuple[float, float]:
    """How much two relations of a kind have changed places, and how much they have kept them, 0-1 each."""
    (first, second), (third, fourth) = one, other
    there, back = len((first & fourth) - third), len((second & third) - fourth)
    kept = len((first & third) - fourth) + len((second & fourth) - third)
    across = there + back
    if there and back:
        return across / (across + kept) if across >= kept else 0.0, kept / (across + kept)
    if across:
        return 0.0 if kept else _ONE_WAY, min(kept / 2, 1.0)
    return 0.0, min(kept / 2, 1.0)


def _verbs(text: Text) -> Iterator[tuple[str, set[str], set[str]]]:
    """Each word of meaning with the words before and after it in its clause, as if it were the verb."""
    for clause in _clauses(text):
        passive = _passive(text, clause)
        for at in clause:
            token = text.tokens[at]
            if token.content and token.key not in text.words.symmetric:
                before = _content(text, [other for other in clause if other < at], last=True, most=_BESIDE)
                after = _content(text, [other for other in clause if other > at], most=_BESIDE)
                yield (f"v:{token.key}", *_actor_first(text, at, before, after, passive))


def _clauses(text: Text) -> list[list[int]]:
    clauses: dict[int, list[int]] = {}
    for at, token in enumerate(text.tokens):
        clauses.setdefault(token.clause, []).append(at)
    return list(clauses.values())


def _content(text: Text, places: list[int], *, last: bool = False, most: int = _REACH) -> set[str]:
    kept = [text.tokens[at].key for at in places if text.tokens[at].content]
    return set(kept[-most:] if last else kept[:most])


def _passive(text: Text, clause: list[int]) -> tuple[str, int] | None:
    """The word that turns actor and object round, and its place."""
    for at in clause:
        word = text.text[text.tokens[at].start : text.tokens[at].end]
        if text.words.language == "en" and word == "by" and at > clause[0]:
            return "by", at
        if text.words.language == "zh" and word in ("被", "由", "把", "将"):
            return word, at
    return None


def _actor_first(
    text: Text, at: int, before: set[str], after: set[str], turned: tuple[str, int] | None
) -> tuple[set[str], set[str]]:
    if turned is None:
        return before, after
    word, place = turned
    if word == "by":
        verb = text.text[text.tokens[at].start : text.tokens[at].end]
        participle = verb.endswith(("ed", "en", "wn", "ught", "ade", "nt", "ept", "eld"))
        if at > place or not participle:
            return before, after
        actor = {
            token.key
            for token in text.tokens[place + 1 :]
            if token.content and token.clause == text.tokens[place].clause
        }
        return actor, before
    if at < place:
        return before, after
    early = {
        text.tokens[other].key
        for other in range(place)
        if text.tokens[other].clause == text.tokens[at].clause and text.tokens[other].content
    }
    middle = before - early
    return (middle, early) if word in ("被", "由") else (early, middle | after)


def _comparisons(text: Text, signs: list[int]) -> Iterator[tuple[str, set[str], set[str]]]:
    """Which is the greater one: "A is bigger than B", "A 比 B 大"."""
    for match in text.words.patterns["than"].finditer(text.text):
        place = text.at(match.start())
        pole = _compared(text, place)
        if pole is None:
            continue
        first = {token.key for token in text.tokens[: min(pole.first, place)] if token.content}
        if text.words.language == "zh" and pole.first > place:
            second = {token.key for token in text.tokens[place + 1 : pole.first] if token.content}
        else:
            following = text.tokens[place + 1 : place + 2 + 2 * _REACH]
            second = {token.key for token in following if token.content and token.clause <= following[0].clause}
        for number, side in pole.sides:
            up = side * signs[pole.first] > 0
            yield (f"cmp:{number}", *((first, second) if up else (second, first)))


def _compared(text: Text, place: int) -> Pole | None:
    """The word with degrees that a comparison is about: before "than", after 比."""
    before = [pole for pole in text.poles if 0 <= place - pole.first <= _REACH]  # "hotter on the inside than"
    if text.words.language == "zh":
        after = [pole for pole in text.poles if 0 < pole.first - place <= 2 * _REACH]
        if text.text[text.tokens[place].start] == "比":
            return after[0] if after else None
    return before[-1] if before else None


def _connected(text: Text) -> Iterator[tuple[str, set[str], set[str]]]:
    """Causes and effects, earlier and later."""
    for name, kind, turned in (
        ("cause_first", "cause", False),
        ("effect_first", "cause", True),
        ("before", "time", False),
        ("after", "time", True),
        ("then", "time", False),
    ):
        for match in text.words.patterns[name].finditer(text.text):
            before, after = _around(text, match)
            if text.words.language == "zh" and name in ("before", "after"):
                before, after = after, before  # 吃饭之前 stands behind what it dates
            if name in ("after", "before", "effect_first") and not before:
                before, after = _halves(text, match)
            yield (kind, after, before) if turned else (kind, before, after)


def _around(text: Text, match: re.Match[str]) -> tuple[set[str], set[str]]:
    before = {token.key for token in text.tokens if token.content and token.end <= match.start()}
    after = {token.key for token in text.tokens if token.content and token.start >= match.end()}
    return before, after


def _halves(text: Text, match: re.Match[str]) -> tuple[set[str], set[str]]:
    """Of a sentence that starts with "after" or "because": what follows its first clause, and that clause."""
    comma = re.search(r"[,，]", text.text[match.end() :])
    if comma is None:
        return set(), set()
    cut = match.end() + comma.start()
    first = {token.key for token in text.tokens if token.content and match.end() <= token.start < cut}
    second = {token.key for token in text.tokens if token.content and token.start > cut}
    return second, first


def _paths(text: Text) -> Iterator[tuple[str, set[str], set[str]]]:
    """From where to where; first what, then what."""
    for name in ("path", "path_back"):
        for match in text.words.patterns[name].finditer(text.text):
            yield "path", _within(text, *match.span("first")), _within(text, *match.span("second"))
    for match in text.words.patterns["sequence"].finditer(text.text):
        yield "time", _within(text, *match.span("first")), _within(text, *match.span("second"))


def _within(text: Text, start: int, end: int) -> set[str]:
    return {token.key for token in text.tokens if token.content and start <= token.start and token.end <= end}


def _attributes(text: Text, signs: list[int]) -> Iterator[tuple[str, set[str], set[str]]]:
    """What stands by each of two opposites: "takes in A and gives off B", "A is big while B is small"."""
    sides: dict[int, dict[int, Pole]] = {}
    for pole in text.poles:
        for number, side in pole.sides:
            sides.setdefault(number, {}).setdefault(side * signs[pole.first], pole)
    for number, found in sides.items():
        if found.keys() == {1, -1}:
            yield (f"g:{number}>", _next(text, found[1]), _next(text, found[-1]))
            yield (f"g:{number}<", _previous(text, found[1]), _previous(text, found[-1]))


def _next(text: Text, pole: Pole) -> set[str]:
    stop = min(
        (other.first for other in text.poles if other.first > pole.last and _rivals(other, pole)),
        default=len(text.tokens),
    )
    return _content(text, [at for at in range(pole.last + 1, stop) if at <= pole.last + 2 * _REACH])


def _previous(text: Text, pole: Pole) -> set[str]:
    stop = max((other.last + 1 for other in text.poles if other.last < pole.first and _rivals(other, pole)), default=0)
    clause = text.tokens[pole.first].clause
    return _content(text, [at for at in range(stop, pole.first) if text.tokens[at].clause == clause], last=True)


def _rivals(one: Pole, other: Pole) -> bool:
    return not {number for number, _ in one.sides}.isdisjoint(number for number, _ in other.sides)

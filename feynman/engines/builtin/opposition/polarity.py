"""Which words of a sentence are denied."""

import re
from typing import Final

from feynman.engines.builtin.opposition.cut import Text

__all__ = ["denied_first", "denied_subjects", "negations", "polarities"]

_BESIDE: Final = 4  # characters: "and not" is found as a "not" too
_DOUBLED: Final = 2  # tokens: "never stops moving" moves
_SHORT_SCOPE: Final = 3  # words of meaning that "without" or "instead of" reaches


def polarities(text: Text) -> list[int]:
    """1 for each token said as true, -1 for each denied one.

    A denial reaches to the end of its clause; "without" and its like three words far. "Unless", "until" after a
    denial, and a denied condition turn the rest of the sentence round: "nothing burns without oxygen" and "it burns
    with oxygen" come to the same.
    """
    signs = [1] * len(text.tokens)
    places = negations(text)
    _deny_clauses(text, signs, places)
    for pole in text.poles:
        before = text.tokens[pole.first - 1] if pole.first else None
        graded = any(number < text.words.degrees for number, _ in pole.sides)
        if graded and before is not None and before.key in ("less", "least"):
            signs[pole.first] *= -1
    conditions = {_start(match) for match in text.words.patterns["inverting"].finditer(text.text)}
    for start in _matches(text, "short_negation"):
        if start not in conditions and not any(-1 <= place - start <= _BESIDE for place in places):
            _flip_few(text, signs, start)
    _resolve_conditions(text, signs)
    return signs


def negations(text: Text) -> list[int]:
    """Where denials stand that reach to the end of their clause, without those that only look like one."""
    return _matches(text, "negation")


def denied_first(text: Text) -> frozenset[str]:
    """The keys of the first three words and of the first two words of meaning after a denial."""
    found: set[str] = set()
    for start in negations(text):
        first = text.at(start)
        following = [token for token in text.tokens[first : first + 6] if token.start > start]
        found.update(token.key for token in following[:3])
        found.update([token.key for token in following if token.content][:2])
    return frozenset(found)


def denied_subjects(text: Text) -> frozenset[str]:
    """The keys of meaning before each denial in its clause: what something is denied of."""
    found: set[str] = set()
    for start in negations(text):
        first = text.at(start)
        if first < len(text.tokens):
            clause = text.tokens[first].clause
            found.update(token.key for token in text.tokens[:first] if token.content and token.clause == clause)
    return frozenset(found)


def _matches(text: Text, name: str) -> list[int]:
    """Places of a pattern, without those inside a longer saying and those that deny nothing."""
    spared = [match.span() for match in text.words.patterns["not_negation"].finditer(text.text)]
    shielded = [*spared, *text.hidden]
    return [
        match.start()
        for match in text.words.patterns[name].finditer(text.text)
        if not any(_covers(span, match.span()) for span in shielded)
        and not any(match.span() == span for span in spared)
    ]


def _covers(span: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether ``span`` has ``other`` in it and more."""
    return span[0] <= other[0] and other[1] <= span[1] and span != other


def _deny_clauses(text: Text, signs: list[int], places: list[int]) -> None:
    """Mark what each denial reaches: as far as the next one, which only turns it back when it stands right beside."""
    starts = [text.at(place) for place in places]
    for number, first in enumerate(starts):
        if first == len(signs):
            continue
        near = [other for other in starts[:number] if 0 < first - other <= _DOUBLED]
        double = any(text.tokens[other].clause == text.tokens[first].clause for other in near)
        # "stops" denies what follows it, and is itself what a "never" before it denies.
        for at in range(first + text.tokens[first].content, len(signs)):
            if text.tokens[at].clause != text.tokens[first].clause:
                break
            signs[at] = 1 if double else -1
        if first and text.tokens[first].key == "no" and text.tokens[first - 1].clause == text.tokens[first].clause:
            signs[first - 1] *= -1  # "makes no light" denies the making


def _flip_few(text: Text, signs: list[int], start: int) -> None:
    first, reached = text.at(start), 0
    for at in range(first, len(signs)):
        token = text.tokens[at]
        if reached == _SHORT_SCOPE or (token.clause != text.tokens[first].clause and reached):
            return
        signs[at] *= -1
        reached += token.content and token.start > start


def _resolve_conditions(text: Text, signs: list[int]) -> None:
    """Say each denied condition as a positive one, and the rest of the sentence the other way round."""
    for match in text.words.patterns["inverting"].finditer(text.text):
        start = _start(match)
        clause = _clause_at(text, start)
        inside = _condition(text, start, clause)
        if not inside:
            continue
        for at in _main(text, inside):
            signs[at] *= -1
        for at in inside:
            signs[at] = 1
    for match in text.words.patterns["otherwise"].finditer(text.text):
        for at in range(text.at(match.start()), len(signs)):
            signs[at] *= -1
    _resolve_plain_conditions(text, signs)


def _main(text: Text, inside: list[int]) -> list[int]:
    """The tokens that a condition is for: the others of its clause, or else the next clause, or the one before."""
    if not inside:
        return []
    clause = text.tokens[inside[0]].clause
    own = [at for at, token in enumerate(text.tokens) if token.clause == clause and at not in inside]
    if any(text.tokens[at].content for at in own):
        return own
    others = [at for at, token in enumerate(text.tokens) if token.clause != clause]
    before = [at for at in others if at < inside[0] and text.tokens[at].content]
    wanted = text.tokens[before[-1]].clause if before else min((text.tokens[at].clause for at in others), default=None)
    return [at for at in others if text.tokens[at].clause == wanted]


def _condition(text: Text, start: int, clause: int) -> list[int]:
    """The tokens of the condition that starts at ``start``: its clause, without a main sentence that goes on in it."""
    inside = [at for at, token in enumerate(text.tokens) if token.clause == clause and token.start >= start]
    lacking = text.words.patterns["lacking"].match(text.text, start)
    goes_on = text.words.patterns["main" if lacking else "resumes"]
    content = [at for at in inside if text.tokens[at].content and text.tokens[at].start > start]
    for at in inside:
        if content and at > content[0] and goes_on.match(text.text, text.tokens[at].start):
            return [other for other in inside if other < at]
    return inside


def _resolve_plain_conditions(text: Text, signs: list[int]) -> None:
    inverted = {_clause_at(text, _start(match)) for match in text.words.patterns["inverting"].finditer(text.text)}
    for match in text.words.patterns["conditional"].finditer(text.text):
        clause = _clause_at(text, match.start())
        inside = _condition(text, match.start(), clause)
        main = _main(text, inside)
        if clause in inverted or not main or all(signs[at] > 0 for at in inside):
            continue
        for at in inside:
            signs[at] = 1
        for at in main:
            signs[at] *= -1


def _start(match: re.Match[str]) -> int:
    starts = [match.start(name) for name in match.re.groupindex if match.start(name) >= 0]
    return starts[0] if starts else match.start()


def _clause_at(text: Text, position: int) -> int:
    at = text.at(position)
    return text.tokens[at].clause if at < len(text.tokens) else -1

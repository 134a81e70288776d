"""Denials and opposites."""

from itertools import pairwise
from typing import Final

from feynman.engines.builtin.opposition.prepare import Prepared, Stand

__all__ = ["denials", "opposites"]

_ENOUGH: Final = 2  # words in common that make two places the same
_FEW: Final = 2
_SAME_PLACE: Final = 0.5
_MOSTLY: Final = 0.6
_ALONG: Final = 0.2


def denials(said: Prepared, meant: Prepared) -> tuple[float, ...]:
    """Words that one of the two denies and the other one states, words denied by both, denials of only one."""
    shared = said.keys & meant.keys
    if not shared:
        return 0.0, 0.0, 0.0, float(said.negated and not meant.negated), float(meant.negated and not said.negated)
    against = {key for key in shared if said.signs[key] * meant.signs[key] < 0}
    if against and denial_explained(said, meant):
        against = set()
    both = sum(1 for key in shared if said.signs[key] < 0 and meant.signs[key] < 0)
    direct = (against & said.denied if _mostly_denied(said, meant) else set()) | (
        against & meant.denied if _mostly_denied(meant, said) else set()
    )
    return (
        min(len(direct), _FEW) / _FEW,
        len(against) / len(shared),
        both / len(shared),
        float(said.negated and not meant.negated),
        float(meant.negated and not said.negated),
    )


def _mostly_denied(one: Prepared, other: Prepared) -> bool:
    """Whether most of what ``one`` denies is in the other: of "not A but B" the other may only say B."""
    denied = [key for key, sign in one.signs.items() if sign < 0]
    if (
        one.subjects
        and one.subjects.isdisjoint(other.keys)
        and (_other_subject(one, other) or "pronoun" not in other.marks)
    ):
        return False
    if len(one.contrast & other.keys) >= max(sum(key in other.keys for key in denied), 1):
        return False
    return sum(key in other.keys for key in denied) >= _MOSTLY * len(denied)


def _other_subject(one: Prepared, other: Prepared) -> bool:
    """Whether what ``one`` denies something of has an opposite in the other: not animals but plants."""
    return any(
        stand.side != rival.side
        for number in one.stands.keys() & other.stands.keys()
        for stand in one.stands[number]
        if stand.key in one.subjects
        for rival in other.stands[number]
    )


def opposites(said: Prepared, meant: Prepared) -> tuple[float, ...]:
    """Opposites in the same place, anywhere, all degrees turned round, the same sides, a denial of the same side."""
    strict = loose = same = denied = 0.0
    turned_places: set[int] = set()
    kept = False
    about = _mostly_denied(said, meant), _mostly_denied(meant, said)
    for number in said.stands.keys() & meant.stands.keys():
        others = meant.stands[number]
        best = [max(((*_slot(one, other), other) for other in others), key=_rank) for one in said.stands[number]]
        loose = max(loose, float(not any(along for _, along, _ in best)))
        for one, (slot, along, other) in zip(said.stands[number], best, strict=True):
            if along:
                same = max(same, slot)
                kept = kept or (one.changes and one.side == other.side and slot >= _SAME_PLACE)
            elif one.side == other.side:
                direct = (one.key in said.denied and about[0]) or (other.key in meant.denied and about[1])
                denied = max(denied, slot if direct else 0.0)
            else:
                strict = max(strict, slot)
                if one.changes:
                    turned_places.add(one.place)
    if loose and denial_explained(said, meant):
        loose = 0.0
    return strict, loose, float(not kept and _apart(turned_places, said)), same, denied


def _apart(places: set[int], said: Prepared) -> bool:
    """Whether two of the places have a word between them that joins no list: "the colder the gas, the slower"."""
    return any(any(one < between < other for between in said.places) for one, other in pairwise(sorted(places)))


def _slot(one: Stand, other: Stand) -> tuple[float, bool]:
    """How alike the places of two stands are, 0-1, and whether they mean the same side."""
    before = one.beside[0] == other.beside[0] != ""
    after = one.beside[1] == other.beside[1] != ""
    around = min(len(one.around & other.around) / _ENOUGH, 1.0)
    return min(0.5 * around + 0.25 * before + 0.5 * after, 1.0), one.meant == other.meant


def _rank(entry: tuple[float, bool, Stand]) -> float:
    """Of two places that are about as alike the one of the same side: "add or subtract" has both."""
    slot, along, _ = entry
    return slot + _ALONG if along else slot


def denial_explained(said: Prepared, meant: Prepared) -> bool:
    """Whether a denied word is the opposite of what the other one says: "does not stop" and "keeps moving"."""
    return any(
        one.meant == other.meant and one.side != other.side
        for number in said.stands.keys() & meant.stands.keys()
        for one in said.stands[number]
        for other in meant.stands[number]
    )

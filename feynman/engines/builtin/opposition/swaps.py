"""Words that have changed places, or given way to others."""

from collections import Counter
from typing import Final

from feynman.engines.builtin.opposition.prepare import Prepared
from feynman.engines.builtin.opposition.relations import crossing

__all__ = ["rearranged", "replaced", "rivals", "turned"]

_NONE: Final = frozenset[str]()
_ENOUGH: Final = 2
_FEW: Final = 2
_SWAPS: Final = (2, 4)  # words that moved: one or two pairs
_MOST_MOVED: Final = 0.7
_PHRASE: Final = 3
_SAME_PLACE: Final = 0.5
_MOST_SHARED: Final = 0.6


def turned(said: Prepared, meant: Prepared) -> tuple[float, ...]:
    """Swapped and kept: roles at a verb, attributes of opposites, comparisons, order in time, causes, ways."""
    found = dict.fromkeys(("v", "g", "cmp", "time", "cause", "path"), (0.0, 0.0))
    for kind in said.relations.keys() & meant.relations.keys():
        name = kind.partition(":")[0]
        swapped, kept = found[name]
        for one in said.relations[kind]:
            turns = [crossing(one, other) for other in meant.relations[kind]]
            along = max(straight for _, straight in turns)
            kept = max(kept, along)
            swapped = max(swapped, max(across for across, _ in turns) if along < _SAME_PLACE else 0.0)
        found[name] = swapped, kept
    found["path"] = max(found["path"][0], _bound_elsewhere(said, meant)), found["path"][1]
    return tuple(value for pair in found.values() for value in pair)


def _bound_elsewhere(said: Prepared, meant: Prepared) -> float:
    """Whether the sentence has as goal what the point has as source, or the other way round."""
    across = (said.toward & meant.away) - meant.toward - said.away | (
        said.away & meant.toward
    ) - meant.away - said.toward
    return 0.7 if across else 0.0


def rivals(said: Prepared, meant: Prepared) -> tuple[float, ...]:
    """Another thing of the same kind than the point names, and whether all but a few words are the same."""
    best = 0.0
    for kind in said.rivals.keys() & meant.rivals.keys():
        new, gone = said.rivals[kind] - meant.keys, meant.rivals[kind] - said.keys
        near = any(
            not said.beside.get(one, _NONE).isdisjoint(meant.beside.get(other, _NONE)) for one in new for other in gone
        )
        if new and gone:
            best = max(best, 1.0 if near else 0.5)
    return best, _nearly_the_same(said, meant)


def _nearly_the_same(said: Prepared, meant: Prepared) -> float:
    """How much of the words is the same when one to three of them, of any kind, have given way to others."""
    shared = len(said.all_keys & meant.all_keys)
    if len(said.all_keys ^ meant.all_keys) > 2 * _FEW + 2 or shared <= _FEW:
        return 0.0
    one, other = Counter(said.all_order), Counter(meant.all_order)
    new, gone = (one - other).total(), (other - one).total()
    return shared / (shared + max(new, gone)) if 1 <= new <= _FEW + 1 and 1 <= gone <= _FEW + 1 else 0.0


def rearranged(said: Prepared, meant: Prepared) -> tuple[float, ...]:
    """Whether the words are the same, but in another order than clauses that changed places would give."""
    if said.turned != meant.turned or said.order == meant.order or Counter(said.order) != Counter(meant.order):
        return (0.0,)
    joined = said.joined & meant.joined
    if said.clauses == meant.clauses or len(said.order) != len(meant.order) or len(said.keys) <= _FEW:
        return (0.0,)
    moved = {frozenset(pair) for pair in zip(said.order, meant.order, strict=True) if pair[0] != pair[1]}
    return (0.0 if moved <= joined else 1.0,)


def replaced(said: Prepared, meant: Prepared) -> tuple[float, ...]:
    """Whether a word or two of the point have given way to others in their place, or have changed places."""
    gone, new = meant.keys - said.keys, said.keys - meant.keys
    shared = len(said.keys & meant.keys)
    if shared < _ENOUGH:
        return 0.0, 0.0
    known = _same_side(said, meant)
    gone, new = gone - known, new - known
    if not (1 <= len(gone) <= _FEW + 1 and 1 <= len(new) <= _FEW + 1):
        return 0.0, _exchanged(said, meant)
    place = any(not said.beside[one].isdisjoint(meant.beside[other]) for one in new for other in gone)
    return shared / (shared + max(len(gone), len(new))) * (1.0 if place else 0.5), _exchanged(said, meant)


def _same_side(said: Prepared, meant: Prepared) -> set[str]:
    """Words that another word near in meaning stands for in the other text."""
    return {
        stand.key
        for number in said.stands.keys() & meant.stands.keys()
        for one in said.stands[number]
        for other in meant.stands[number]
        if one.side == other.side
        for stand in (one, other)
    }


def _exchanged(said: Prepared, meant: Prepared) -> float:
    """Whether two words or phrases that both have stand in each other's place, all others in their own."""
    if said.turned != meant.turned:
        return 0.0
    first = [key for key in said.order if key in meant.keys]
    second = [key for key in meant.order if key in said.keys]
    if len(first) != len(second):
        first, second = list(dict.fromkeys(first)), list(dict.fromkeys(second))
    moved = [at for at, (one, other) in enumerate(zip(first, second, strict=True)) if one != other]
    share = (len(first) / max(len(said.order), len(meant.order), 1)) ** 2
    if not moved or len(first) < max(_FEW + 1, _MOST_SHARED * min(len(said.order), len(meant.order))):
        return 0.0
    if len(moved) in _SWAPS and len(moved) <= _MOST_MOVED * len(first):
        pairs = {frozenset((first[at], second[at])) for at in moved}
        if 2 * len(pairs) == len(moved):
            return 0.0 if pairs <= said.joined & meant.joined else share
    return share * float(_phrases_exchanged(first[moved[0] : moved[-1] + 1], second[moved[0] : moved[-1] + 1]))


def _phrases_exchanged(first: list[str], second: list[str]) -> bool:
    """Whether one is "A between B" and the other one "B between A", A and B of three words at most."""
    size = len(first)
    return any(
        first[:one] == second[size - one :]
        and first[size - other :] == second[:other]
        and first[one : size - other] == second[other : size - one]
        for one in range(1, _PHRASE + 1)
        for other in range(1, _PHRASE + 1)
        if one + other < size
    )

"""What speaks for and against a sentence being the opposite of a point, as numbers."""

from collections.abc import Callable
from typing import Final

from feynman.engines.builtin.opposition.prepare import Prepared
from feynman.engines.builtin.opposition.quantities import Quantity, agree
from feynman.engines.builtin.opposition.signs import denials, opposites
from feynman.engines.builtin.opposition.swaps import rearranged, replaced, rivals, turned

__all__ = ["MEASURES"]

_ENOUGH: Final = 2  # words in common
_LENGTH: Final = 3.0


def shares(said: Prepared, meant: Prepared) -> tuple[float, ...]:
    """How much of the point is in the sentence, of the sentence in the point, pairs of characters, and lengths."""
    if not said.ideas or not meant.ideas:
        return 0.0, 0.0, 0.0, 0.0
    ideas = len(said.ideas & meant.ideas)
    pairs = len(said.pairs & meant.pairs) / max(len(said.pairs | meant.pairs), 1)
    ratio = len(said.keys) / max(len(meant.keys), 1)
    return ideas / len(meant.ideas), ideas / len(said.ideas), pairs, min(ratio, _LENGTH) / _LENGTH


def amounts(said: Prepared, meant: Prepared) -> tuple[float, ...]:
    """Another amount of the same, the same amount, another unit, an amount that only one of the two has."""
    left, right = list(said.amounts), list(meant.amounts)
    same = 0
    for one in said.amounts:
        twin = next((other for other in right if _comparable(one, other) and agree(one, other)), None)
        if twin is not None:
            left.remove(one)
            right.remove(twin)
            same += not one.weak
    single = len(said.amounts) == len(meant.amounts) == 1
    differs = any(
        _comparable(one, other) and (single or not (one.weak or other.weak)) for one in left for other in right
    )
    unit = any(one.written == other.written and one.unit != other.unit for one in left for other in right if one.unit)
    added = any(not one.weak for one in left) and not meant.amounts
    dropped = any(not one.weak for one in right) and not said.amounts
    return float(differs), float(bool(same)), float(unit or _other_unit(said, meant)), float(added), float(dropped)


def _other_unit(said: Prepared, meant: Prepared) -> bool:
    """Whether another unit's name stands where the point has one, the rest being nearly the same."""
    new, gone = said.units - meant.units, meant.units - said.units
    return (
        bool(new and gone)
        and len(said.keys & meant.keys) >= _ENOUGH
        and not any(_comparable(one, other) and agree(one, other) for one in said.amounts for other in meant.amounts)
    )


def _comparable(one: Quantity, other: Quantity) -> bool:
    if {one.kind, other.kind} == {"degree", "temperature"}:
        return "f" not in (one.unit, other.unit)
    return one.kind == other.kind or (
        "number" in (one.kind, other.kind)
        and one.kind.startswith(("count", "number"))
        and other.kind.startswith(("count", "number"))
    )


def quantifiers(said: Prepared, meant: Prepared) -> tuple[float, ...]:
    """All against some or none, and an "only" that only one of the two has."""
    one, other = said.marks, meant.marks
    differs = ("all" in one and ("some" in other or "none" in other) and "all" not in other) or (
        "all" in other and ("some" in one or "none" in one) and "all" not in one
    )
    return float(differs), float("only" in one and "only" not in other), float("only" in other and "only" not in one)


def stance(said: Prepared, meant: Prepared) -> tuple[float, ...]:
    """Whether the sentence reports what others believe, or asks; whether the point or the sentence has a condition."""
    return (
        float("reported" in said.marks),
        float("asks" in said.marks),
        float(("conditional" in said.marks) != ("conditional" in meant.marks)),
    )


Measure = Callable[[Prepared, Prepared], tuple[float, ...]]

MEASURES: Final[tuple[tuple[Measure, tuple[str, ...]], ...]] = (
    (shares, ("said", "kept_to", "pairs", "length")),
    (denials, ("denied", "denied_share", "denied_by_both", "denial_added", "denial_dropped")),
    (opposites, ("opposite", "opposite_anywhere", "opposites_cancel", "same_side", "side_denied")),
    (
        turned,
        (
            "roles_swapped",
            "roles_kept",
            "attributes_swapped",
            "attributes_kept",
            "comparison_swapped",
            "comparison_kept",
            "order_swapped",
            "order_kept",
            "cause_swapped",
            "cause_kept",
            "way_swapped",
            "way_kept",
        ),
    ),
    (amounts, ("amount_differs", "amount_same", "unit_differs", "amount_added", "amount_dropped")),
    (quantifiers, ("quantifier_differs", "only_added", "only_dropped")),
    (rivals, ("rival_named", "nearly_the_same")),
    (rearranged, ("rearranged",)),
    (replaced, ("word_replaced", "words_exchanged")),
    (stance, ("reported", "asks", "condition_differs")),
)

"""The pieces of evidence taken together: what settles a conflict, and what makes one."""

from typing import Final

from feynman.engines.builtin.opposition.compare import MEASURES

__all__ = ["weighed"]

_AT: Final = {name: at for at, name in enumerate(name for _, names in MEASURES for name in names)}
_KEPT: Final = 0.5
_ABOUT: Final = 0.8
_TURNED: Final = (
    "opposite",
    "opposite_anywhere",
    "attributes_swapped",
    "words_exchanged",
    "rearranged",
    "nearly_the_same",
    "word_replaced",
    "rival_named",
)
"""What a relation that was kept explains: "smaller" for "bigger" where the two have changed places."""

_SIGNS: Final = {
    "denied": 0.9,
    "opposite": 0.9,
    "side_denied": 0.6,
    "roles_swapped": 0.5,
    "attributes_swapped": 0.7,
    "comparison_swapped": 0.9,
    "order_swapped": 0.7,
    "cause_swapped": 0.3,
    "way_swapped": 0.8,
    "amount_differs": 0.9,
    "unit_differs": 0.7,
    "quantifier_differs": 0.4,
    "words_exchanged": 0.8,
    "rearranged": 0.7,
    "nearly_the_same": 0.5,
    "rival_named": 0.3,
}
"""How far each sign by itself makes a conflict, set by hand from the tests' cases; the logistic weighs the result."""


def weighed(values: list[float]) -> list[float]:
    """The evidence without what is settled, and at its end the whole conflict and whether one was settled, 0-1."""
    settled = _settled(values)
    if settled:
        for name in _TURNED:
            values[_AT[name]] = 0.0
    calm = 1.0
    for name, worth in _SIGNS.items():
        calm *= 1 - worth * values[_AT[name]]
    about = max(values[_AT["said"]], _ABOUT * values[_AT["kept_to"]])
    return [*values, (1 - calm) * about, float(settled)]


def _settled(values: list[float]) -> bool:
    """Whether two turns come to none: "the colder, the slower" for "the hotter, the faster"."""
    if values[_AT["opposites_cancel"]]:
        return True
    kept = max(
        values[_AT["comparison_kept"]] - values[_AT["comparison_swapped"]],
        values[_AT["order_kept"]] - values[_AT["order_swapped"]],
    )
    return kept >= _KEPT and values[_AT["opposite_anywhere"]] > 0

"""The scorer's network, as ``bench.training.network`` trains it, with NumPy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from feynman.engines.builtin.scorer.layout import HEADS, rarity

__all__ = ["Network", "Padded", "Reading", "hidden", "padded", "pooled", "reading"]

Array = NDArray[Any]  # float32; products of arrays are Any to the type checker
_FAR: Final = np.float32(-1e4)


@dataclass(frozen=True)
class Network:
    """Weights by name, float32; ``project`` goes from a subword's vector to ``width`` numbers."""

    project: Array
    project_bias: Array
    attend: Array
    sharpness: float
    same_bonus: float
    compare: Array
    compare_bias: Array
    gate: Array
    gate_bias: float
    sentence: Array
    sentence_bias: Array
    trunk: Array
    trunk_bias: Array
    select: Array
    kinds: Array
    heads: Array
    heads_bias: Array

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> "Network":
        """Take the fields' arrays, which may be float16."""
        fields = {name: np.ascontiguousarray(value, np.float32) for name, value in arrays.items()}
        return cls(**{name: float(value) if value.ndim == 0 else value for name, value in fields.items()})  # type: ignore[arg-type] # by name

    @property
    def width(self) -> int:
        """Numbers per subword."""
        return int(self.project.shape[1])


@dataclass(frozen=True, slots=True)
class Reading:
    """A text's subwords as one network sees them: rows and directions, ``(t, width)``.

    ``as_own`` and ``as_other`` are the rows' parts in a comparison, ``gates`` ``(t,)`` their weights in the mean.
    """

    rows: Array
    directions: Array
    as_own: Array
    as_other: Array
    gates: Array


def reading(network: Network, vectors: Array) -> Reading:
    """Project the subwords ``vectors``, ``(t, 512)``."""
    width = network.width
    rows = vectors @ network.project + network.project_bias
    directions = rows @ network.attend
    directions /= np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-12)
    own = rows @ network.compare[:width] + network.compare_bias
    other = rows @ network.compare[width : 2 * width]
    return Reading(rows, directions, own, other, rows @ network.gate[:width] + network.gate_bias)


@dataclass(frozen=True, slots=True)
class Padded:
    """Texts side by side: ``mask`` and ``pieces`` ``(n, t)``, the fields of ``Reading`` ``(n, t, ...)``.

    ``known`` ``(n, t, 2)`` says whether topic or question have the piece, and how rare it is.
    """

    rows: Array
    directions: Array
    as_own: Array
    as_other: Array
    gates: Array
    mask: NDArray[np.bool_]
    pieces: NDArray[np.int64]
    known: Array


def padded(texts: list[Reading], pieces: list[NDArray[np.int64]], known: NDArray[np.int64]) -> Padded:
    """Pad to the longest text; ``known`` are the pieces of topic and question."""
    longest = max(len(each) for each in pieces)
    mask = np.arange(longest) < np.array([len(each) for each in pieces])[:, None]
    filled = np.full(mask.shape, -1, np.int64)
    filled[mask] = np.concatenate(pieces)
    return Padded(
        rows=_filled(mask, [each.rows for each in texts]),
        directions=_filled(mask, [each.directions for each in texts]),
        as_own=_filled(mask, [each.as_own for each in texts]),
        as_other=_filled(mask, [each.as_other for each in texts]),
        gates=_filled(mask, [each.gates for each in texts]),
        mask=mask,
        pieces=filled,
        known=np.stack([np.isin(filled, known), rarity(filled)], -1).astype(np.float32),
    )


def _filled(mask: NDArray[np.bool_], parts: list[Array]) -> Array:
    """Put the texts' rows where ``mask`` is true, zeros elsewhere."""
    field = np.zeros((*mask.shape, *parts[0].shape[1:]), np.float32)
    field[mask] = np.concatenate(parts)
    return field


def hidden(network: Network, units: Padded, points: Padded, sentences: Array, features: Array) -> Array:
    """Return the hidden rows of all units with all points, ``(n, m, 96)``.

    ``sentences`` are ``(n, m, 1024)``; ``features`` ``(n, m, 1 + k)`` are the cosines and the measured ones.
    """
    same = (units.pieces[:, None, :, None] == points.pieces[None, :, None, :]) & points.mask[None, :, None, :]
    energy = _energy(network, units, points)
    energy += network.same_bonus * same
    to_point = _softmax(np.where(points.mask[None, :, None, :], energy, _FAR))
    to_unit = _softmax(np.where(units.mask[:, None, :, None], energy, _FAR).transpose(0, 1, 3, 2))
    unit_sides = _side(network, units, points, to_point, same.any(3), swap=False)
    point_sides = _side(network, points, units, to_unit, same.any(2), swap=True)
    sentence = np.maximum(sentences @ network.sentence + network.sentence_bias, 0)
    every = np.concatenate([*unit_sides, *point_sides, sentence, features], -1)
    found: Array = np.maximum(every @ network.trunk + network.trunk_bias, 0)
    return found


def pooled(network: Network, rows: Array, kinds: NDArray[np.int64]) -> Array:
    """Let one text choose among points: rows ``(m, 96)`` to logits ``(heads, 3)``."""
    score = rows @ network.select + network.kinds[kinds]
    weight = np.exp(np.clip(score, -15, 15))
    return logits(network, (weight / weight.sum()) @ rows)


def logits(network: Network, rows: Array) -> Array:
    """Return ``(..., heads, 3)`` for hidden rows ``(..., 96)``."""
    found: Array = (rows @ network.heads + network.heads_bias).reshape(*rows.shape[:-1], len(HEADS), 3)
    return found


def _energy(network: Network, units: Padded, points: Padded) -> Array:
    (n, s, width), (m, t, _) = units.rows.shape, points.rows.shape
    flat = units.directions.reshape(-1, width) @ points.directions.reshape(-1, width).T
    flat *= network.sharpness
    return np.ascontiguousarray(flat.reshape(n, s, m, t).transpose(0, 2, 1, 3))


def _side(
    network: Network, own: Padded, other: Padded, weights: Array, same: NDArray[np.bool_], *, swap: bool
) -> tuple[Array, Array]:
    """Compare each subword of ``own`` with what it is aligned to: weighted mean and maximum, ``(n, m, width)`` each."""
    width = network.width
    mine, yours = (np.s_[None, :], np.s_[:, None]) if swap else (np.s_[:, None], np.s_[None, :])
    aligned = weights @ other.rows[yours]
    rows = own.rows[mine]
    compared = weights @ other.as_other[yours]
    compared += own.as_own[mine]
    compared += np.abs(rows - aligned) @ network.compare[2 * width : 3 * width]
    compared += (rows * aligned) @ network.compare[3 * width : 4 * width]
    extra, tail = own.known[mine], network.compare[4 * width :]
    compared += extra @ tail[1:]
    compared += same[..., None] * tail[0]
    np.maximum(compared, 0, out=compared)
    compared *= own.mask[mine][..., None]
    end = network.gate[width:]
    gates = own.gates[mine] + extra @ end[1:] + same * end[0]
    shares = _softmax(np.where(own.mask[mine], gates, _FAR))
    return (shares[..., None, :] @ compared)[..., 0, :], compared.max(2)


def _softmax(values: Array) -> Array:
    values = values - values.max(-1, keepdims=True)
    np.exp(values, out=values)
    values /= values.sum(-1, keepdims=True)
    return values

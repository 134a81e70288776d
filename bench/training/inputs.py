"""Examples as arrays: each text is read once, each pair measured once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.training.corpora import Example
from feynman.engines.builtin.scorer.features import pair_features
from feynman.engines.builtin.scorer.layout import KINDS
from feynman.text.embedding import Embedder
from feynman.text.subwords import SubwordReader

__all__ = ["COMPONENTS", "Inputs", "Pairs", "read"]

COMPONENTS: Final = 128  # of a subword's 512 numbers; they hold 96 % of the variance in the corpora
_SAMPLE: Final = 60_000


@dataclass(frozen=True)
class Pairs:
    """One row per pair of unit and point; ``owner`` is the index of its example; texts are indices."""

    unit: NDArray[np.int64]
    point: NDArray[np.int64]
    asked: NDArray[np.int64]
    kind: NDArray[np.int64]
    owner: NDArray[np.int64]
    features: NDArray[np.float32]


@dataclass(frozen=True)
class Inputs:
    """``vectors`` ``(texts, 512)``; the subwords of text i are ``starts[i]:starts[i + 1]`` in ``pieces``, ``reduced``.

    ``center`` and ``basis`` take a subword's vector to its components; ``pairs`` are those of all examples in order.
    """

    examples: tuple[Example, ...]
    vectors: NDArray[np.float32]
    starts: NDArray[np.int64]
    pieces: NDArray[np.int64]
    reduced: NDArray[np.float32]
    center: NDArray[np.float32]
    basis: NDArray[np.float32]
    pairs: Pairs


def read(examples: Sequence[Example], embedder: Embedder) -> Inputs:
    """Read and measure all ``examples`` (about three minutes for 40,000)."""
    numbers: dict[str, int] = {}
    for example in examples:
        for text in (example.unit, *example.points, example.asked):
            numbers.setdefault(text, len(numbers))
    texts = list(numbers)
    reader = SubwordReader(embedder)
    subwords = [reader.read([text])[0] for text in texts]
    starts = np.cumsum([0, *(len(each.pieces) for each in subwords)])
    center, basis = _components(np.concatenate([each.vectors for each in subwords[:: max(1, len(texts) // 4000)]]))
    return Inputs(
        tuple(examples),
        embedder.encode(texts),
        starts,
        np.concatenate([each.pieces for each in subwords]),
        np.concatenate([(each.vectors - center) @ basis for each in subwords]),
        center,
        basis,
        _pairs(examples, numbers),
    )


def _components(rows: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The principal components of ``rows``, scaled to a mean variance of 1."""
    sample = rows[:_SAMPLE]
    center = sample.mean(axis=0)
    variances, axes = np.linalg.eigh(np.cov((sample - center).T))
    kept = variances[::-1][:COMPONENTS]
    return center, (axes[:, ::-1][:, :COMPONENTS] / np.sqrt(kept.mean())).astype(np.float32)


def _pairs(examples: Sequence[Example], numbers: dict[str, int]) -> Pairs:
    rows = [
        (numbers[example.unit], numbers[point], numbers[example.asked], KINDS.index(kind), owner)
        for owner, example in enumerate(examples)
        for point, kind in zip(example.points, example.kinds or [""] * len(example.points), strict=True)
    ]
    table = np.array(rows, np.int64).reshape(-1, 5)
    texts = list(numbers)
    features = np.stack([pair_features(texts[unit], texts[point], texts[asked]) for unit, point, asked, *_ in rows])
    return Pairs(table[:, 0], table[:, 1], table[:, 2], table[:, 3], table[:, 4], features)

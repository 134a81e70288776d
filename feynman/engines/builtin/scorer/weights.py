"""The trained weights as they are shipped: ``weights.npz``, written by ``python -m bench.training``."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from feynman.engines.builtin.scorer.network import Network

__all__ = ["FILE", "Weights", "load", "of_arrays"]

FILE: Final = Path(__file__).with_name("weights.npz")

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """The members, ``networks`` and ``linear`` ``(heads, 3, 1025 + k + 1)``, and what goes before and after them.

    ``names`` are the k features in use; ``center`` and ``spread`` scale them, ``(k,)``. ``calibration`` ``(2, 2)`` are
    slopes and biases of said and opposed, ``decisions`` ``(heads, 3)`` what is added to the logarithms of opposed and
    neither, and to the log-odds of said, before a verdict. ``provenance`` is JSON.
    """

    networks: tuple[Network, ...]
    names: tuple[str, ...]
    center: Array
    spread: Array
    linear: Array
    calibration: Array
    decisions: Array
    provenance: str


def load(file: Path = FILE) -> Weights:
    """Read the file (float16 inside, float32 in memory).

    Raises:
        FileNotFoundError: it is not there.
    """
    with np.load(file, allow_pickle=False) as arrays:
        return of_arrays({name: arrays[name] for name in arrays.files})


def of_arrays(arrays: Mapping[str, NDArray[Any]]) -> Weights:
    """Sort the arrays of a file: networks are named ``number.field``."""
    members = sorted({name.split(".")[0] for name in arrays if "." in name})
    networks = [
        Network.of({name.split(".")[1]: value for name, value in arrays.items() if name.startswith(f"{member}.")})
        for member in members
    ]
    plain = {
        name: np.asarray(arrays[name], np.float32)
        for name in ("center", "spread", "linear", "calibration", "decisions")
    }
    return Weights(
        networks=tuple(networks), names=tuple(arrays["names"].tolist()), **plain, provenance=str(arrays["provenance"])
    )

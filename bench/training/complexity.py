"""Learns which words are hard: ``python -m bench.training.complexity --data FOLDER``.

``complexity`` is ridge regression on the training file of CompLex (LCP-2021, CC BY 4.0), ``technical``
ridge-regularised logistic regression on ``terms.tsv``: a glossary against everyday words, written for this project,
and what the library's lessons and the tuning half of FeynBench say without explaining it. The strength of either
penalty is chosen by cross-validation in contiguous folds, which keeps a glossary's subjects together.
"""

import argparse
import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np
from numpy.typing import NDArray

import feynman.engines.builtin.difficulty as difficulty_module
from feynman.domain import Language
from feynman.engines.builtin.difficulty import features
from feynman.text.embedding import Embedder

__all__ = ["glossary", "read_complex", "train"]

Array = NDArray[Any]
Fit = Callable[[Array, Array, float], Array]

_OUT: Final = Path(difficulty_module.__file__).parent / "difficulty.toml"
_TERMS: Final = Path(__file__).parent / "terms.tsv"
_FOLDS: Final = 10
_STEPS: Final = 25
_PENALTIES: Final = (0.03, 0.1, 0.3, 1.0, 3.0)
_HEADER: Final = """\
# Weights of feynman/engines/builtin/difficulty.py, written by bench/training/complexity.py.
# complexity: learned from CompLex (LCP-2021), Shardlow, Cooper & Zampieri 2020, CC BY 4.0.
# technical: learned from bench/training/terms.tsv, written for this project.
"""


def read_complex(path: Path) -> tuple[list[str], Array]:
    """Read a file of CompLex: the words and how hard people found them in context, 0-1."""
    csv.field_size_limit(1_000_000)
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["token"]]
    return [row["token"] for row in rows], np.array([float(row["complexity"]) for row in rows])


def glossary() -> Iterator[tuple[Language, list[str], Array]]:
    """For each language its terms and whether they are hard."""
    with _TERMS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for language in get_args(Language):
        own = [row for row in rows if row["language"] == language]
        yield language, [row["term"] for row in own], np.array([float(row["hard"]) for row in own])


def train(data: Path, encoder: Embedder) -> str:
    """Return the file of weights."""
    tokens, hard = read_complex(data / "complex" / "lcp_single_train.tsv")
    distinct = sorted(set(tokens))
    known = dict(zip(distinct, features(distinct, "en", encoder), strict=True))
    order = np.argsort(tokens, kind="stable")  # the same word never on both sides of a fold
    seen = np.stack([known[token] for token in tokens])[order]
    parts = list(glossary())
    terms = np.vstack([features(texts, language, encoder) for language, texts, _ in parts])
    labels = np.concatenate([label for *_, label in parts])
    return _HEADER + "\n".join(
        [
            _line("complexity", _best(seen, hard[order], _ridge)),
            _line("technical", _best(terms, labels, _logistic)),
            "",
        ]
    )


def _best(rows: Array, wanted: Array, fit: Fit) -> Array:
    folds = np.array_split(np.arange(len(rows)), _FOLDS)

    def agreement(penalty: float) -> float:
        guessed = np.empty(len(rows))
        for fold in folds:
            rest = np.setdiff1d(np.arange(len(rows)), fold)
            guessed[fold] = rows[fold] @ fit(rows[rest], wanted[rest], penalty)
        return float(np.corrcoef(guessed, wanted)[0, 1])

    scored = {penalty: agreement(penalty) for penalty in _PENALTIES}
    print("  ".join(f"{penalty}: {score:.3f}" for penalty, score in scored.items()))
    return fit(rows, wanted, max(scored, key=lambda penalty: scored[penalty]))


def _ridge(rows: Array, wanted: Array, penalty: float) -> Array:
    return np.asarray(np.linalg.solve(rows.T @ rows + penalty * np.eye(rows.shape[1]), rows.T @ wanted))


def _logistic(rows: Array, wanted: Array, penalty: float) -> Array:
    """Newton's method."""
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        guessed = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (guessed - wanted) + penalty * weights
        curve = (rows * (guessed * (1 - guessed))[:, None]).T @ rows + penalty * np.eye(rows.shape[1])
        weights -= np.linalg.solve(curve, slope)
    return weights


def _line(name: str, weights: Array) -> str:
    return f"{name} = [{', '.join(f'{weight:.4f}' for weight in weights)}]"


def main() -> None:
    """Train and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    _OUT.write_text(train(parser.parse_args().data, Embedder()), "utf-8")


if __name__ == "__main__":
    main()

"""Cross-validation that keeps questions, modules and subjects together, and what is learned from it."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from bench.training.inputs import Inputs
from feynman.engines.builtin.scorer.layout import BLEND, HEADS, LESSON

__all__ = ["calibration", "cross_validated", "decisions", "folds", "mixed", "report"]

_FOLDS: Final = 5
_SEED: Final = 7
_PAIRS_WORTH: Final = 1.0
_ANSWERS_WORTH: Final = 0.05  # in the calibration: the product meets points, not SRA's questions

Array = NDArray[np.float32]


def folds(inputs: Inputs, *, mixed_questions: bool = False) -> NDArray[np.int64]:
    """The fold of each example, 0-4; with ``mixed_questions`` answers to one question are spread (unseen answers)."""
    rng = np.random.default_rng(_SEED)
    if mixed_questions:
        return rng.integers(0, _FOLDS, len(inputs.examples))
    groups = sorted({example.group for example in inputs.examples})
    number = dict(zip(groups, rng.permutation(len(groups)) % _FOLDS, strict=True))
    return np.array([number[example.group] for example in inputs.examples])


def cross_validated(
    fold: NDArray[np.int64], trained: Callable[[int, NDArray[np.int64], NDArray[np.int64]], Array]
) -> Array:
    """Shares ``(members, examples, heads, 3)``; ``trained`` takes a fold, what to learn from, what to judge."""
    found: Array | None = None
    for at in range(_FOLDS):
        training, held_out = np.flatnonzero(fold != at), np.flatnonzero(fold == at)
        logits = trained(at, training, held_out)
        if found is None:
            found = np.zeros((len(logits), len(fold), *logits.shape[2:]), np.float32)
        found[:, held_out] = logits
    if found is None:
        raise ValueError(fold)
    shares = np.exp(found - found.max(-1, keepdims=True))
    return np.asarray(shares / shares.sum(-1, keepdims=True), np.float32)


def mixed(shares: Array) -> Array:
    """The members together as the product mixes them, the linear one first, ``(examples, heads, 3)``."""
    part = np.array(BLEND)[:, None] if len(shares) > 1 else np.ones((1, 1))
    return np.asarray(part * shares[0] + (1 - part) * shares[-1], np.float32)


def decisions(inputs: Inputs, *regimes: Array) -> Array:
    """For each head what to add to log opposed, log neither and the odds of said, so that the macro-F1 is best.

    Each of ``regimes`` are shares by one way of cross-validation; their mean counts.
    """
    found = np.zeros((len(HEADS), 3), np.float32)
    for at, head in enumerate(HEADS):
        own = _of(inputs, head)
        if head in {"beetle", "scientsbank", "saf"}:
            found[at] = _decision(_labels(inputs)[own], [shares[own, at] for shares in regimes])
    return found


def _decision(labels: NDArray[np.int64], parts: list[Array]) -> Array:
    three = max(_THREE, key=lambda added: sum(_three(labels, part, np.array(added)) for part in parts))
    two = max(_TWO, key=lambda added: sum(_two(labels, part, added) for part in parts))
    return np.array([*three, two], np.float32)


_THREE: Final = [(opposed, neither) for opposed in np.arange(-0.5, 1.8, 0.25) for neither in np.arange(-0.5, 1.1, 0.25)]
_TWO: Final = [float(added) for added in np.arange(-0.6, 0.7, 0.1)]


def calibration(inputs: Inputs, shares: Array) -> Array:
    """Platt's slopes and biases for the product's said and opposed, ``(2, 2)``, on pairs and a little on answers."""
    part = shares[:, HEADS.index(LESSON)]
    corpora = np.array([example.corpus for example in inputs.examples])
    worth = np.where(corpora == LESSON, _PAIRS_WORTH, _ANSWERS_WORTH)
    found = []
    for column in (0, 1):
        used = np.flatnonzero(~np.isin(corpora, ["saf", "argkp"] if column else ["saf"]))
        odds = _odds(part[used, column])[:, None]
        labels = _labels(inputs)[used] == column
        model = LogisticRegression(C=1e6).fit(odds, labels, sample_weight=worth[used])
        found.append((model.coef_[0, 0], model.intercept_[0]))
    return np.array(found, np.float32).T


def report(inputs: Inputs, shares: Array) -> dict[str, float]:
    """The figures by name."""
    labels, found, adding = _labels(inputs), {}, decisions(inputs, shares)
    for head in ("beetle", "scientsbank", "saf"):
        own, at = _of(inputs, head), HEADS.index(head)
        three = (np.log(shares[own, at] + 1e-6) + np.r_[0, adding[at, :2]]).argmax(1)
        found[f"{head} 2-way F1"] = _two(labels[own], shares[own, at], adding[at, 2])
        found[f"{head} 3-way F1"] = f1_score(labels[own], three, average="macro")
        found[f"{head} contradictory F1"] = f1_score(labels[own] == 1, three == 1)
    own = _of(inputs, "argkp")
    found["argkp average precision"] = average_precision_score(labels[own] == 0, shares[own, HEADS.index("argkp"), 0])
    return {name: round(float(value), 3) for name, value in (found | _pairs(inputs, shares)).items()}


def _pairs(inputs: Inputs, shares: Array) -> dict[str, float]:
    names = np.array([example.name for example in inputs.examples])
    part, found = shares[:, HEADS.index(LESSON)], {}
    for language in ("en", "zh"):
        groups = {
            kind: np.flatnonzero(np.isin(names, [f"{language} {unit} anchor" for unit in units]))
            for kind, units in _KINDS.items()
        }
        said, kept = part[:, 0], part[:, 0] * (1 - part[:, 1])
        found[f"{language} paraphrase over neutral AUC"] = _auc(said, groups["said"], groups["neutral"])
        found[f"{language} paraphrase over own neutral AUC"] = _auc(said, groups["paraphrase"], groups["own neutral"])
        found[f"{language} paraphrase over contradiction AUC"] = _auc(kept, groups["said"], groups["opposed"])
        found[f"{language} formal over minimal contradiction AUC"] = _auc(kept, groups["paraphrase"], groups["minimal"])
        found[f"{language} paraphrase over partial AUC"] = _auc(said, groups["said"], groups["partial"])
        found[f"{language} windows AUC"] = _auc(kept, groups["said window"], groups["opposed window"])
    return found


_KINDS: Final = {
    "said": ("paraphrase", "informal"),
    "paraphrase": ("paraphrase",),
    "neutral": ("neutral", "other-paraphrase", "other-informal"),
    "own neutral": ("neutral",),
    "opposed": ("contradiction", "contradiction2"),
    "minimal": ("contradiction",),
    "partial": ("partial",),
    "said window": ("neutral paraphrase", "informal neutral"),
    "opposed window": ("neutral contradiction",),
}


def _auc(values: Array, above: NDArray[np.int64], below: NDArray[np.int64]) -> float:
    labels = np.r_[np.ones(len(above)), np.zeros(len(below))]
    return float(roc_auc_score(labels, np.r_[values[above], values[below]]))


def _of(inputs: Inputs, corpus: str) -> NDArray[np.int64]:
    return np.flatnonzero([example.corpus == corpus for example in inputs.examples])


def _labels(inputs: Inputs) -> NDArray[np.int64]:
    return np.array([example.label for example in inputs.examples])


def _three(labels: NDArray[np.int64], part: Array, added: NDArray[np.float64]) -> float:
    return float(f1_score(labels, (np.log(part + 1e-6) + np.r_[0, added]).argmax(1), average="macro"))


def _two(labels: NDArray[np.int64], part: Array, added: float) -> float:
    return float(f1_score(labels == 0, _odds(part[:, 0]) + added > 0, average="macro"))


def _odds(share: Array) -> Array:
    clipped = np.clip(share, 1e-5, 1 - 1e-5)
    return np.asarray(np.log(clipped / (1 - clipped)))

"""The linear member: logistic regression on whole sentence vectors and features, one for each head."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bench.training.inputs import Inputs
from feynman.engines.builtin.scorer.layout import HEADS, LESSON, cosines, sentence_pair

__all__ = ["fit_linear", "linear_inputs", "predict_linear"]

_STRENGTH: Final = 0.002  # of 0.0005 to 0.05 the best in cross-validation
_ABSENT: Final = -8.0  # the logit of a class that a corpus does not have
_BORROWED: Final = 0.15  # what an answer of SRA or ArgKP counts for the product's head, beside a pair


def linear_inputs(inputs: Inputs, center: NDArray[np.float32], spread: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each example's row with its closest point, ``(examples, 1025 + features)``."""
    pairs, vectors = inputs.pairs, inputs.vectors
    ours, theirs = vectors[pairs.unit], vectors[pairs.point]
    near = (ours * theirs).sum(1)
    order = np.lexsort((-near, pairs.owner))
    best = order[np.searchsorted(pairs.owner[order], np.arange(len(inputs.examples)))]
    ours, theirs = ours[best], theirs[best]
    features = (pairs.features[best] - center) / spread
    return np.concatenate([sentence_pair(ours, theirs), cosines(ours, theirs), features], 1).astype(np.float32)


def fit_linear(rows: NDArray[np.float32], inputs: Inputs, chosen: NDArray[np.int64]) -> NDArray[np.float32]:
    """Train every head on its corpus, the product's on all but SAF: weights and bias, ``(heads, 3, columns + 1)``."""
    weights = np.zeros((len(HEADS), 3, rows.shape[1] + 1), np.float32)
    corpora = np.array([inputs.examples[i].corpus for i in chosen])
    for at, head in enumerate(HEADS):
        own = chosen[corpora == head] if head != LESSON else chosen[corpora != "saf"]
        if len(own):
            worth = np.where(np.isin([inputs.examples[i].corpus for i in own], head), 1.0, _BORROWED)
            weights[at] = _fit(rows[own], np.array([inputs.examples[i].target for i in own]), worth)
    return weights


def predict_linear(weights: NDArray[np.float32], rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logits, ``(n, heads, 3)``."""
    flat = rows @ weights[..., :-1].reshape(-1, rows.shape[1]).T
    return np.asarray(flat.reshape(len(rows), *weights.shape[:2]) + weights[..., -1], np.float32)


def _fit(rows: NDArray[np.float32], targets: NDArray[np.float64], worth: NDArray[np.float64]) -> NDArray[np.float32]:
    """Fit on standardised columns; a mixed target counts as several examples."""
    center, spread = rows.mean(0), rows.std(0) + 1e-3
    owner, label = np.nonzero(targets)
    model = LogisticRegression(C=_STRENGTH, max_iter=200, tol=1e-3)
    model.fit((rows[owner] - center) / spread, label, sample_weight=targets[owner, label] * worth[owner])
    found = np.zeros((3, rows.shape[1] + 1), np.float32)
    found[:, -1] = _ABSENT
    coefficients, biases = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # noqa: PLR2004 # scikit-learn then keeps one row, for the second class
        coefficients, biases = np.stack([-coefficients[0], coefficients[0]]) / 2, np.array([-biases[0], biases[0]]) / 2
    for label_, coefficient, bias in zip(model.classes_, coefficients, biases, strict=True):
        found[label_, :-1] = coefficient / spread
        found[label_, -1] = bias - (coefficient / spread) @ center
    return found

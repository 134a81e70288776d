"""The weights of the logistic scores.

Coverage: logistic regression on the starter library's lessons and the tuning half of FeynBench, both languages
together; ``python -m bench.training.coverage`` fits them and prints how topics left out come out (area under the curve
0.99 on lessons, 0.97 on FeynBench). The biases put 0.3, the border of *missing*, where F1 of missing points is
best. Misconceptions: the same on every second of the lessons' topics, the bias set for few false alarms.
Features are cosines and shares, 0-1.
"""

from typing import Final

from feynman.domain import Language

__all__ = ["ACROSS", "ALONE", "AMONG", "BIASES", "MISCONCEPTION"]

AMONG: Final = (-1.1, 2.1, 5.4, 11.0, 5.4, 6.6, 2.3)
"""Three key points or more. The features are those of ``feynman.engines.builtin.measures.FEATURES``."""

ALONE: Final = (-0.2, 3.0, 10.4, 0.0, 0.0, 0.0, 3.4)
"""One or two key points: there is nothing to stand out from."""

ACROSS: Final = (0.6, 0.0, 6.1, 17.4, 0.0, 13.2, 2.1)
"""Explanation and reference in different languages: no words in common."""

BIASES: Final[dict[tuple[tuple[float, ...], Language], float]] = {
    (AMONG, "zh"): -2.1,
    (AMONG, "en"): -2.1,
    (ALONE, "zh"): -4.7,
    (ALONE, "en"): -4.3,
    (ACROSS, "zh"): -1.8,
    (ACROSS, "en"): -1.4,
}
"""By the explanation's language: pairs of characters and stems are shared by chance to different degrees."""

MISCONCEPTION: Final = (1.4, 8.3, 2.0, -1.7, -1.8, 0.0)
"""Cosine to the claim, its lead over all key points, recall, score as another point, the point's own score, bias."""

"""The weights of the logistic scores.

Ridge-regularised logistic regression on the starter library's lessons (tests/data/lessons), every second topic in the
order of their ids, both languages together, with texts about other topics as further negatives. On the other half of
the topics the area under the curve was 0.99 for coverage and 0.97 for coverage across languages. The bias of the
misconceptions is set for few false alarms. Features are cosines and shares, 0-1.
"""

from typing import Final

__all__ = ["ACROSS", "ALONE", "AMONG", "BIASES", "MISCONCEPTION"]

AMONG: Final = (6.7, 6.3, 8.6, 7.6)
"""Three key points or more: cosine, recall, and both relative to the best other point."""

ALONE: Final = (7.5, 6.9, 0.0, 0.0)
"""One or two key points: there is nothing to stand out from."""

ACROSS: Final = (2.6, 0.0, 17.0, 0.0)
"""Explanation and reference in different languages: no words in common."""

BIASES: Final[dict[tuple[float, ...], float]] = {AMONG: -5.1, ALONE: -5.7, ACROSS: -1.7}

MISCONCEPTION: Final = (1.4, 8.3, 2.0, -1.7, -1.8, 0.0)
"""Cosine to the claim, its lead over all key points, recall, score as another point, the point's own score, bias."""

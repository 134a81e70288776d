"""ArgKP-2021, test: which key point does an argument state?

Scored as the shared task does (Friedman et al. 2021, github IBM/KPA_2021_shared_task): for each topic and stance the
best key point of each argument, the better half of these pairs by score, average precision; undecided pairs count as
wrong (strict) or right (relaxed).
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from bench.gaps.rig import rig, table
from bench.training.corpora import argkp

__all__ = ["argkp_section"]

_Pair = tuple[float, str, str]
_SHARE: Final = 0.5


def argkp_section(data: Path) -> Iterator[str]:
    """Lines of Markdown."""
    labels, asked = _labels(data)
    means = [np.mean([_precision(pairs, labels, given) for pairs in asked.values()]) for given in (0, 1)]
    rows = [("test", str(sum(len(pairs) for pairs in asked.values())), *(f"{mean:.3f}" for mean in means))]
    yield from table(("ArgKP-2021", "arguments", "strict mAP", "relaxed mAP"), rows)


def _labels(data: Path) -> tuple[dict[tuple[str, str], int], dict[str, list[_Pair]]]:
    """Labels by argument and key point, and for each topic and stance the arguments' best key points."""
    labels = {}
    for example in argkp(data, "test"):
        _, argument, point = example.name.split(" ")
        labels[argument, point] = 1 - min(1, example.label)
    arguments, points = _rows(data, "arguments"), _rows(data, "key_points")
    asked: dict[str, list[_Pair]] = defaultdict(list)
    for side in sorted({f"{row['topic']} {row['stance']}" for row in arguments}):
        texts = [row for row in arguments if f"{row['topic']} {row['stance']}" == side]
        goals = [row for row in points if f"{row['topic']} {row['stance']}" == side]
        if goals:
            asked[side] = _best(texts, goals)
    return labels, asked


def _best(texts: list[dict[str, str]], goals: list[dict[str, str]]) -> list[_Pair]:
    embedder, scorer = rig().embedder, rig().scorer
    units, points = [row["argument"] for row in texts], [row["key_point"] for row in goals]
    shares = scorer.shares(
        units,
        points,
        unit_vectors=embedder.encode(units),
        point_vectors=embedder.encode(points),
        asked=texts[0]["topic"],
        head="argkp",
    )[..., 0]
    best = shares.argmax(1)
    return [
        (float(shares[at, point]), texts[at]["arg_id"], goals[point]["key_point_id"])
        for at, point in enumerate(best.tolist())
    ]


def _precision(pairs: list[_Pair], labels: Mapping[tuple[str, str], int], undecided: int) -> float:
    """Average precision of the better half."""
    ordered = sorted(pairs, reverse=True)[: int(len(pairs) * _SHARE)]
    right = np.array([labels.get((argument, point), undecided) for _, argument, point in ordered])
    if not right.any():
        return 0.0
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    return float((precision * right).sum() / right.sum())


def _rows(data: Path, name: str) -> list[dict[str, str]]:
    with (data / "argkp" / f"{name}_test.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

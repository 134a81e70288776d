"""School sentences: is a paraphrase told from a neutral sentence and from a contradiction?"""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from bench.gaps.rig import rig, table

__all__ = ["school_section"]

_Row = dict[str, str]
_COLUMNS = ("paraphrase", "contradiction", "neutral")


def school_section(data: Path) -> Iterator[str]:
    """Lines of Markdown."""
    with (data / "school_pairs" / "pairs.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    head = ("School pairs", "rows", "AUC over neutral", "goal", "AUC over contradiction", "goal", "by opposed alone")
    languages = sorted({row["lang"] for row in rows})
    yield from table(head, [_measured(name, [row for row in rows if row["lang"] == name]) for name in languages])


def _measured(language: str, rows: list[_Row]) -> tuple[str, ...]:
    scores = np.array([_scores(row) for row in rows])
    said, opposed = scores[..., 0], scores[..., 1]
    kept = said * (1 - opposed)
    figures = (_auc(said[:, 0], said[:, 2]), _auc(kept[:, 0], kept[:, 1]), _auc(opposed[:, 1], opposed[:, 0]))
    neutral, contradiction, alone = (f"{figure:.3f}" for figure in figures)
    return language, str(len(rows)), neutral, "0.97", contradiction, "0.85", alone


def _scores(row: _Row) -> list[tuple[float, float]]:
    units, embedder = [row[name] for name in _COLUMNS], rig().embedder
    scores = rig().scorer.score(
        units,
        [row["anchor"]],
        unit_vectors=embedder.encode(units),
        point_vectors=embedder.encode([row["anchor"]]),
        topic=row["topic"],
    )
    return [
        (float(said), float(opposed)) for said, opposed in zip(scores.said[:, 0], scores.opposed[:, 0], strict=True)
    ]


def _auc(
    above: np.ndarray[tuple[int, ...], np.dtype[np.float64]], below: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> float:
    return float(roc_auc_score(np.r_[np.ones(len(above)), np.zeros(len(below))], np.r_[above, below]))

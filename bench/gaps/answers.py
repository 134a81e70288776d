"""Graded answers: SRA (SemEval-2013 Task 7) and Short Answer Feedback, the splits that training has not seen."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from sklearn.metrics import accuracy_score, f1_score

from bench.gaps.rig import rig, table
from bench.training.corpora import Example, saf, sra

__all__ = ["saf_section", "sra_section"]

# Split, corpus, and the goals: macro-F1 2-way, 3-way, F1 of contradictory.
_SPLITS: Final = (
    ("UA", "beetle", "0.86", "0.76", ""),
    ("UQ", "beetle", "0.80", "0.65", "0.60"),
    ("UA", "scientsbank", "0.78", "0.68", ""),
    ("UQ", "scientsbank", "0.77", "0.57", ""),
    ("UD", "scientsbank", "0.75", "0.61", "0.48"),
)


def sra_section(data: Path) -> Iterator[str]:
    """Lines of Markdown."""
    examples = sra(data, "UA", "UQ", "UD")
    head = ("SRA", "answers", "2-way F1", "goal", "3-way F1", "goal", "contradictory F1", "goal")
    yield from table(head, [_row(examples, *split) for split in _SPLITS])


def saf_section(data: Path) -> Iterator[str]:
    """Lines of Markdown."""
    examples = saf(data, "unseen_answers")
    found = [rig().judge(example).label for example in examples]
    labels = [example.label for example in examples]
    figures = (f"{f1_score(labels, found, average='macro'):.3f}", f"{accuracy_score(labels, found):.3f}")
    head = ("SAF", "answers", "correct / partial / incorrect macro-F1", "accuracy", "always the commonest")
    commonest = f"{np.bincount(labels).max() / len(labels):.3f}"
    yield from table(head, [("unseen answers", str(len(labels)), *figures, commonest)])


def _row(examples: Sequence[Example], split: str, corpus: str, two: str, three: str, opposed: str) -> tuple[str, ...]:
    own = [example for example in examples if example.name == split and example.corpus == corpus]
    found = [rig().judge(example) for example in own]
    labels, guessed = np.array([example.label for example in own]), np.array([verdict.label for verdict in found])
    figures = (
        f1_score(labels == 0, [verdict.said for verdict in found], average="macro"),
        f1_score(labels, guessed, average="macro"),
        f1_score(labels == 1, guessed == 1),
    )
    one, other, last = (f"{figure:.3f}" for figure in figures)
    return f"{corpus} {split}", str(len(own)), one, two, other, three, last, opposed

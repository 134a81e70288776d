"""Graded answers and arguments as examples: a unit, the points it is held against, and what it does to them.

Sources: SRA (SemEval-2013 Task 7, CC BY-SA 3.0), Short Answer Feedback (MIT), ArgKP-2021 (CDLA-Sharing 1.0).
"""

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

__all__ = ["NEITHER", "OPPOSED", "SAID", "Example", "argkp", "saf", "sra"]

SAID: Final = (1.0, 0.0, 0.0)
OPPOSED: Final = (0.0, 1.0, 0.0)
NEITHER: Final = (0.0, 0.0, 1.0)

_SRA: Final = {"correct": SAID, "contradictory": OPPOSED, "incorrect": NEITHER}
_SAF: Final = {"correct": SAID, "incorrect": OPPOSED, "partially correct": NEITHER}


@dataclass(frozen=True, slots=True)
class Example:
    """``target`` are shares of said, opposed and neither.

    SAF grades whole answers: there said is correct, opposed incorrect, neither partially correct. ``kinds`` are SRA's
    categories of reference answers. ``group`` is what cross-validation keeps together, ``name`` the text's own.
    """

    corpus: str
    group: str
    unit: str
    points: tuple[str, ...]
    asked: str
    target: tuple[float, float, float]
    kinds: tuple[str, ...] = ()
    name: str = ""
    binary: bool = False

    @property
    def label(self) -> int:
        """0 said, 1 opposed, 2 neither."""
        return self.target.index(max(self.target))


def sra(data: Path, *splits: str) -> list[Example]:
    """Read students' answers of the given splits (train, UA, UQ, UD); SciEntsBank is grouped by module.

    Raises:
        FileNotFoundError: the file is not there.
    """
    with gzip.open(data / "sra" / "sra_2way_3way.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Example(
            corpus=row["corpus"],
            group=f"{row['corpus']} {row['qid'] if row['corpus'] == 'beetle' else row['module']}",
            unit=row["answer"],
            points=tuple(point["text"] for point in row["refs"]),
            asked=row["question"],
            target=_SRA[row["label3"]],
            kinds=tuple(point["cat"] or "" for point in row["refs"]),
            name=row["split"],
        )
        for row in rows
        if row["split"] in splits
    ]


def saf(data: Path, split: str) -> list[Example]:
    """Read the answers of ``train`` or ``unseen_answers``.

    Raises:
        FileNotFoundError: the folder is not there.
    """
    files = sorted((data / "saf" / split).glob("*.xml"))
    if not files:
        raise FileNotFoundError(data / "saf" / split)
    return [example for file in files for example in _saf(file)]


def argkp(data: Path, split: str) -> list[Example]:
    """Read the pairs of ``train``, ``dev`` or ``test``; ``name`` is "stance argument-id key-point-id".

    Raises:
        FileNotFoundError: one of the three files is not there.
    """
    arguments = {row["arg_id"]: row for row in _rows(data, "arguments", split)}
    points = {row["key_point_id"]: row["key_point"] for row in _rows(data, "key_points", split)}
    return [
        Example(
            corpus="argkp",
            group=f"argkp {argument['topic']}",
            unit=argument["argument"],
            points=(points[row["key_point_id"]],),
            asked=argument["topic"],
            target=SAID if row["label"] == "1" else NEITHER,
            name=f"{argument['stance']} {row['arg_id']} {row['key_point_id']}",
            binary=True,
        )
        for row in _rows(data, "labels", split)
        for argument in [arguments[row["arg_id"]]]
    ]


def _rows(data: Path, name: str, split: str) -> list[dict[str, str]]:
    with (data / "argkp" / f"{name}_{split}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _saf(file: Path) -> Iterator[Example]:
    root = ET.parse(file).getroot()  # noqa: S314 # a data set of one's own choice
    asked = _plain(root.findtext("questionText"))
    points = tuple(_plain(point.text) for point in root.iter("referenceAnswer"))
    for answer in root.iter("studentAnswer"):
        grade = (answer.findtext("verification_feedback") or "").strip().lower()
        unit = _plain(answer.findtext("response"))
        yield Example("saf", f"saf {root.get('id')}", unit, points, asked, _SAF[grade])


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())

"""The hand-written pairs (``pairs_en.tsv``, ``pairs_zh.tsv``, ``opposites.tsv``) as examples."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.training.corpora import NEITHER, OPPOSED, SAID, Example

__all__ = ["pairs"]

_FOLDER: Final = Path(__file__).parent
_PARTLY: Final = (0.3, 0.0, 0.7)
_BLOCK: Final = 10
_STEPS: Final = (1, 2, -3)
_OTHER: Final = ("paraphrase", "informal", "contradiction")
_Row = dict[str, str]

# Unit, point and what the one does to the other. Two columns joined are a window of two sentences.
_PLANS: Final = (
    ("paraphrase", "anchor", SAID),
    ("informal", "anchor", SAID),
    ("anchor", "paraphrase", SAID),
    ("informal", "paraphrase", SAID),
    ("paraphrase", "informal", SAID),
    ("anchor", "partial", SAID),
    ("neutral paraphrase", "anchor", SAID),
    ("informal neutral", "anchor", SAID),
    ("partial", "anchor", _PARTLY),
    ("contradiction", "anchor", OPPOSED),
    ("contradiction2", "anchor", OPPOSED),
    ("anchor", "contradiction", OPPOSED),
    ("paraphrase", "contradiction", OPPOSED),
    ("informal", "contradiction", OPPOSED),
    ("contradiction", "paraphrase", OPPOSED),
    ("contradiction2", "paraphrase", OPPOSED),
    ("neutral contradiction", "anchor", OPPOSED),
    ("neutral", "anchor", NEITHER),
    ("anchor", "neutral", NEITHER),
    ("neutral", "paraphrase", NEITHER),
)


def pairs() -> list[Example]:
    """Read the files; ``name`` is "language unit-column point-column", groups are ten rows that follow one another.

    Sentences of the rows nearby, which are about the same subject, are further examples of neither.
    """
    return [*_pairs("en"), *_pairs("zh"), *_minimal()]


def _pairs(language: str) -> Iterator[Example]:
    rows = _rows(f"pairs_{language}.tsv")
    for at, row in enumerate(rows):
        group = f"lesson {language} {at // _BLOCK}"
        for unit, point, target in _PLANS:
            yield _example(group, row, _text(row, unit, language), row[point], target, f"{language} {unit} {point}")
        for step in _STEPS:
            other = rows[(at + step) % len(rows)]
            for unit in _OTHER:
                yield _example(group, row, other[unit], row["anchor"], NEITHER, f"{language} other-{unit} anchor")


def _minimal() -> Iterator[Example]:
    """Pairs that differ in little; those that do not contradict each other say the same."""
    for at, row in enumerate(_rows("opposites.tsv")):
        target = OPPOSED if row["contradicts"] == "1" else SAID
        yield Example("lesson", f"minimal {at // _BLOCK}", row["sentence"], (row["point"],), "", target, name="minimal")


def _rows(name: str) -> list[_Row]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _text(row: _Row, columns: str, language: str) -> str:
    return (" " if language == "en" else "").join(row[column] for column in columns.split())


def _example(group: str, row: _Row, unit: str, point: str, target: tuple[float, float, float], name: str) -> Example:
    return Example("lesson", group, unit, (point,), row["topic"], target, name=name)

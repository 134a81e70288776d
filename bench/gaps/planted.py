"""FeynBench in the table of all figures."""

from collections.abc import Iterator
from pathlib import Path

from bench.feynbench.examine import tallies
from bench.feynbench.report import summary, table
from bench.gaps.rig import rig
from feynman.engines.builtin import BuiltinStudent

__all__ = ["planted_section"]


def planted_section(data: Path) -> Iterator[str]:
    """Lines of Markdown: both halves; it is part of the repository and needs no data."""
    del data
    counted = tallies(BuiltinStudent(rig().embedder))
    yield from summary(counted)
    yield from table(counted)

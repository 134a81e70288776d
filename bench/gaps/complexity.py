"""How well the shipped model of word difficulty agrees with people: CompLex (LCP-2021), its test file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.training.complexity import read_complex
from feynman.engines.builtin.difficulty import complexity
from feynman.text.embedding import Embedder

__all__ = ["section"]


def section(data: Path) -> Iterator[str]:
    """Lines of Markdown.

    Raises:
        FileNotFoundError: ``complex/lcp_single_test.tsv`` is not below ``data``.
    """
    tokens, wanted = read_complex(data / "complex" / "lcp_single_test.tsv")
    guessed = complexity(tokens, "en", Embedder())
    yield "| CompLex, single words | words | Pearson | Spearman | mean absolute error |"
    yield "|---|---|---|---|---|"
    pearson = np.corrcoef(guessed, wanted)[0, 1]
    spearman = np.corrcoef(_ranks(guessed), _ranks(wanted))[0, 1]
    error = np.abs(guessed - wanted).mean()
    yield f"| test | {len(tokens)} | {pearson:.3f} | {spearman:.3f} | {error:.3f} |"


def _ranks(values: NDArray[Any]) -> NDArray[Any]:
    """Ranks, equal values sharing theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2)[place])

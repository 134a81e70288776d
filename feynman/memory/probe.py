"""Look whether an index is sound: ``python -m feynman.memory.probe <folder>`` exits with 0 when it is.

A process of its own, because reading an index that was damaged by a kill in mid-write may end the process
(``count()`` after a kill: SIGSEGV in 9 of 200, measured, docs/decisions.md).
"""

import sys
from pathlib import Path
from typing import Final

import numpy as np

from feynman.domain import MemoryUnavailable
from feynman.memory.index import Index
from feynman.text.embedding import DIMENSIONS

__all__ = ["examine", "main"]

_SAMPLE: Final = 256
_TOLERANCE: Final = 1e-3
# The search is approximate: a sound index may miss a few. A damaged one found none of its memories or half of them.
_FOUND: Final = 0.9


def examine(folder: Path) -> None:
    """Open the index, write to it, and look whether a sample of its memories, spread over all, finds itself.

    Counting and querying alone succeed on an emptied or halved vector file, and a write may crash on a header
    that all reading gets along with.

    Raises:
        MemoryUnavailable: it is not sound.
    """
    index = Index(folder, create=False)
    try:
        ids = list(index.versions())
        if index.count() != len(ids):
            raise MemoryUnavailable("the index counts differently from what it lists")
        if ids:
            _examine_vectors(index, ids[:: -(-len(ids) // _SAMPLE)])
        index.exercise(np.eye(1, DIMENSIONS, dtype=np.float32)[0])
    finally:
        index.close()


def _examine_vectors(index: Index, ids: list[str]) -> None:
    vectors = index.vectors(ids)
    if len(vectors) != len(ids) or not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=_TOLERANCE):
        raise MemoryUnavailable("vectors are missing or not of length one")
    found = sum(hit.similarity > 1 - _TOLERANCE for vector in vectors for hit in index.query(vector, 1))
    if found < _FOUND * len(ids):
        raise MemoryUnavailable(f"{found} of {len(ids)} memories find themselves")


def main(arguments: list[str]) -> int:
    """Return 0 for a sound index, else 1 with the reason on stderr."""
    try:
        examine(Path(arguments[0]))
    except MemoryUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

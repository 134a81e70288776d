"""When two memories say the same, and what becomes of them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from feynman.domain import Memory
from feynman.text.embedding import MAX_CHARACTERS

__all__ = ["SAME", "may_merge", "merged", "nearest"]

SAME: Final = 0.95


def may_merge(old: Memory, new: Memory) -> bool:
    """Return whether both are of one learner, kind and language, and short enough for their vectors to tell all."""
    fits = max(len(old.text), len(new.text)) <= MAX_CHARACTERS or old.text == new.text
    return fits and _place(old) == _place(new)


def nearest(vector: NDArray[np.float32], vectors: NDArray[np.float32]) -> int | None:
    """Return the row of ``vectors``, ``(n, 512)``, that says the same as ``vector``, the nearest when several do."""
    if not len(vectors):
        return None
    similarities = vectors @ vector
    best = int(similarities.argmax())
    return best if similarities[best] >= SAME else None


def merged(old: Memory, new: Memory) -> Memory:
    """Return one memory: the old id and age, the turns of both, and all else of the one that changed last."""
    later = new if new.updated_at >= old.updated_at else old
    return later.model_copy(
        update={
            "id": old.id,
            "turn_ids": _union(old.turn_ids, new.turn_ids),
            "created_at": min(old.created_at, new.created_at),
            "similarity": None,
        }
    )


def _place(memory: Memory) -> tuple[str, str, str]:
    return memory.learner_id, memory.kind, memory.language


def _union(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))

"""When two memories say the same, and what becomes of them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from feynman.domain import Memory
from feynman.text.embedding import MAX_CHARACTERS
from feynman.text.tokens import words

__all__ = ["SAME", "may_merge", "merged", "nearest"]

SAME: Final = 0.95

# Function words turn a meaning round ("in", "off", "not", which content_words drops), and so does order ("from hot to
# cold"); such pairs have a cosine of 0.99. Only articles say nothing.
_ARTICLES: Final = frozenset({"a", "an", "the"})


def may_merge(old: Memory, new: Memory) -> bool:
    """Return whether both are summaries of one learner and language in the same words, articles aside.

    Texts too long for their vectors to tell all must be equal. The first Chinese text loads a dictionary.
    """
    if new.kind != "summary" or _place(old) != _place(new):
        return False
    fits = max(len(old.text), len(new.text)) <= MAX_CHARACTERS
    return old.text == new.text or (fits and _said(old) == _said(new))


def nearest(vector: NDArray[np.float32], vectors: NDArray[np.float32]) -> int | None:
    """Return the row of ``vectors``, ``(n, 512)``, that says the same as ``vector``, the nearest when several do."""
    if not len(vectors):
        return None
    similarities = vectors @ vector
    best = int(similarities.argmax())
    return best if similarities[best] >= SAME else None


def merged(old: Memory, new: Memory) -> Memory:
    """Return one memory: old id, session, topic and age, the turns of both, all else of the one that changed last."""
    later = new if new.updated_at >= old.updated_at else old
    return later.model_copy(
        update={
            "id": old.id,
            "session_id": old.session_id,
            "topic": old.topic,
            "turn_ids": _union(old.turn_ids, new.turn_ids),
            "created_at": min(old.created_at, new.created_at),
            "similarity": None,
        }
    )


def _said(memory: Memory) -> list[str]:
    return [word for word in words(memory.text) if word not in _ARTICLES]


def _place(memory: Memory) -> tuple[str, str, str]:
    return memory.learner_id, memory.kind, memory.language


def _union(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))

"""The key points and misconceptions that a reading is held against."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from feynman.domain import Language, Reference
from feynman.engines.builtin.reading import Encoder, Vectors, word_set
from feynman.text.language import detect_language
from feynman.text.subwords import Subwords

__all__ = ["Targets", "targets"]

_TOPIC_WEIGHT: Final = 0.15  # a word of the topic is in every sentence about it


@dataclass(frozen=True, slots=True)
class Targets:
    """Words of each point with their weights (rare among the points: 1), the vectors, ``(n, d)``, and the pieces."""

    language: Language
    title: str
    topic: frozenset[str]
    texts: tuple[str, ...]
    points: tuple[dict[str, float], ...]
    vectors: Vectors
    pieces: tuple[Subwords, ...]
    topic_pieces: Subwords
    claims: tuple[dict[str, float], ...]
    claim_vectors: Vectors


def targets(reference: Reference, language: Language, encoder: Encoder) -> Targets:
    """Prepare a reference; the words are cached, the vectors by the encoder."""
    texts = tuple(point.text for point in reference.points)
    claims = tuple(wrong.claim for wrong in reference.misconceptions)
    own = detect_language(" ".join(texts), language)
    points, wrong = _weighted(reference.topic, texts, own), _weighted(reference.topic, claims, own, alone=True)
    vectors = encoder.encode([*texts, *claims]) if texts else np.zeros((0, 1), np.float32)
    topic = word_set(reference.topic, own)
    *pieces, topic_pieces = encoder.pieces([*texts, reference.topic])
    return Targets(
        own,
        reference.topic,
        topic,
        texts,
        points,
        vectors[: len(texts)],
        tuple(pieces),
        topic_pieces,
        wrong,
        vectors[len(texts) :],
    )


@lru_cache(maxsize=256)
def _weighted(
    topic: str, texts: tuple[str, ...], language: Language, *, alone: bool = False
) -> tuple[dict[str, float], ...]:
    topic_words = word_set(topic, language)
    sets = [word_set(text, language) for text in texts]
    shared = Counter(word for words in sets for word in words)
    return tuple(
        {word: _TOPIC_WEIGHT if word in topic_words else 1.0 if alone else 1 / shared[word] for word in words}
        for words in sets
    )

"""The embedding function that Chroma stores with the collection."""

from typing import Any

from chromadb.api.types import Documents, EmbeddingFunction, Embeddings, Space
from chromadb.utils.embedding_functions import register_embedding_function

from feynman.text.embedding import DIMENSIONS, Embedder

__all__ = ["SentenceFunction"]


# Without a function of our own Chroma downloads a model; without registering it a reopened collection fails at the
# first query (measured, docs/decisions.md).
@register_embedding_function
class SentenceFunction(EmbeddingFunction[Documents]):
    """Our sentence encoder in the form Chroma knows; we always hand over vectors, other tools may not."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = Embedder() if embedder is None else embedder

    def __call__(self, input: Documents) -> Embeddings:  # noqa: A002 - Chroma calls it by this name
        """Return one vector per document."""
        return list(self._embedder.encode(input))

    @staticmethod
    def name() -> str:
        """Return the name under which Chroma finds the class again."""
        return "feynman-sentences"

    def default_space(self) -> Space:
        """Return the distance that fits the vectors."""
        return "cosine"

    def get_config(self) -> dict[str, Any]:
        """Return what identifies the vectors."""
        return {"model": "universal-sentence-encoder-multilingual-3", "dimensions": DIMENSIONS}

    @staticmethod
    def build_from_config(config: dict[str, Any]) -> "SentenceFunction":
        """Return a function for a stored collection; there is one model only."""
        del config
        return SentenceFunction()

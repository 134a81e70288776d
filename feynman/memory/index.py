"""Chroma: one collection with the vectors of all memories. Importing this module imports chromadb (0.8 s)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings
from chromadb.errors import ChromaError
from numpy.typing import NDArray

from feynman.domain import Memory, MemoryUnavailable, clean_text
from feynman.memory.entry import Entry, Hit, version
from feynman.memory.function import SentenceFunction
from feynman.text.embedding import Embedder

__all__ = ["Index"]

_COLLECTION: Final = "memories"
_PAGE: Final = 1_000
# Chroma's defaults (16, 100) made 1 memory in 1,000 unreachable for its learner's filter, these none (500 learners
# with 10 random vectors each, measured); a batch of 16 takes 62 instead of 43 ms at most.
_GRAPH: Final[CreateHNSWConfiguration] = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200}


class Index:
    """The index in ``folder``; every method blocks, and writes hold the GIL: one thread, small batches.

    Raises (from every method):
        MemoryUnavailable: Chroma can't open, read or write it.
    """

    def __init__(self, folder: Path, embedder: Embedder | None = None, *, create: bool = True) -> None:
        self._path = str(folder)
        self._file = folder / "chroma.sqlite3"
        with _Translated("open"):
            self._client = _client(self._path)
        try:
            with _Translated("open"):
                self._collection = self._open_collection(embedder, create=create)
        except MemoryUnavailable:
            self._client.close()
            raise

    def count(self) -> int:
        """Return the number of memories."""
        with _Translated("count"):
            return self._collection.count()

    def versions(self) -> dict[str, float]:
        """Return the version under which each id is indexed."""
        found: dict[str, float] = {}
        with _Translated("list"):
            while True:
                page = self._collection.get(include=["metadatas"], limit=_PAGE, offset=len(found))
                rows = zip(page["ids"], page["metadatas"] or [], strict=True)
                found.update((key, float(str((row or {}).get("version", 0)))) for key, row in rows)
                if len(page["ids"]) < _PAGE:
                    return found

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """Return the stored vectors of ``ids``, in any order, ``(n, 512) float32``."""
        with _Translated("read"):
            page = self._collection.get(ids=list(ids), include=["embeddings"])
            return np.asarray(page["embeddings"], dtype=np.float32)

    def query(
        self,
        vector: NDArray[np.float32],
        k: int,
        where: Mapping[str, str] | None = None,
        *,
        exclude_session: str | None = None,
    ) -> list[Hit]:
        """Return at most ``k`` memories whose metadata equal ``where``, the nearest first."""
        with _Translated("query"):
            self._look()
            answer = self._collection.query(
                query_embeddings=vector[np.newaxis, :],
                n_results=k,
                where=_conditions(where or {}, exclude_session),
                include=["distances"],
            )
        distances = (answer["distances"] or [[]])[0]
        return [Hit(key, 1 - distance) for key, distance in zip(answer["ids"][0], distances, strict=True)]

    def upsert(self, entries: Sequence[Entry]) -> None:
        """Add ``entries``, replacing those of the same id."""
        with _Translated("write"):
            self._look()
            self._collection.upsert(
                ids=[entry.memory.id for entry in entries],
                embeddings=np.stack([entry.vector for entry in entries]),
                metadatas=[_metadata(entry.memory) for entry in entries],
            )

    def delete(self, ids: Sequence[str]) -> None:
        """Delete ``ids``; unknown ones are ignored."""
        with _Translated("delete"):
            self._look()
            self._collection.delete(ids=list(ids))

    def exercise(self, vector: NDArray[np.float32]) -> None:
        """Add an entry that is nobody's, look for it, and delete it."""
        with _Translated("be exercised"):
            self._collection.upsert(ids=["exercise"], embeddings=vector[np.newaxis, :], metadatas=[{"learner_id": ""}])
        self.query(vector, 1)
        self.delete(["exercise"])
        self.query(vector, 1)

    def close(self) -> None:
        """Release threads and files."""
        with _Translated("close"):
            self._client.close()

    def _open_collection(self, embedder: Embedder | None, *, create: bool) -> chromadb.Collection:
        function: Any = SentenceFunction(embedder)  # Chroma's type takes functions that read images too
        if not create:
            return self._client.get_collection(_COLLECTION, embedding_function=function)
        return self._client.get_or_create_collection(
            _COLLECTION,
            embedding_function=function,
            configuration={"hnsw": _GRAPH},
        )

    def _look(self) -> None:
        # On an unlinked database file everything seems to succeed, and is gone afterwards.
        if not self._file.exists():
            raise FileNotFoundError(f"{self._file} is gone")


def _client(path: str) -> Client:
    settings = Settings(anonymized_telemetry=False, allow_reset=False, is_persistent=True, persist_directory=path)
    try:
        return Client(settings=settings)
    except BaseException:
        # Chroma keeps the half-started system and hands it to the next client of this path (seen in 1.5.9).
        SharedSystemClient._identifier_to_system.pop(path, None)  # noqa: SLF001 - no public way to drop just one
        raise


def _metadata(memory: Memory) -> dict[str, str | float]:
    words = {
        "learner_id": memory.learner_id,
        "session_id": memory.session_id,
        "kind": memory.kind,
        "topic": memory.topic,
        "language": memory.language,
    }
    # Half a character, which no encoding holds, would fail the whole batch.
    return {**{key: clean_text(word) for key, word in words.items()}, "version": version(memory)}


def _conditions(where: Mapping[str, str], exclude_session: str | None) -> dict[str, Any] | None:
    conditions: list[dict[str, Any]] = [{key: clean_text(value)} for key, value in where.items()]
    if exclude_session is not None:
        conditions.append({"session_id": {"$ne": clean_text(exclude_session)}})
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else {"$and": conditions}


class _Translated:
    """Turns what Chroma raises into ``MemoryUnavailable``."""

    def __init__(self, action: str) -> None:
        self._action = action

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and _of_chroma(error):
            raise MemoryUnavailable(f"the memory index can't {self._action}: {error}") from error


def _of_chroma(error: BaseException) -> bool:
    # A closed client answers AttributeError, a missing tenant ValueError; a panic of the Rust core is a BaseException
    # whose class can't be imported.
    known = (ChromaError, OSError, ValueError, RuntimeError, AttributeError)
    return isinstance(error, known) or type(error).__name__ == "PanicException"

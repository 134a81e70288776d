"""The truth about memories: text, metadata and embedding, from which the index can be rebuilt."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from feynman.domain import Memory, NotFound
from feynman.records.columns import utc_now
from feynman.records.convert import to_memory, to_memory_row, to_vector
from feynman.records.database import Database
from feynman.records.schema import MemoryRow

__all__ = ["Memories"]

_Batch = list[tuple[Memory, NDArray[np.float32]]]


class Memories:
    """Memories, each seen by its learner only."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    async def put(self, memory: Memory, embedding: NDArray[np.float32]) -> None:
        """Store a memory with its ``(512,) float32`` embedding, replacing the one with the same id.

        One that was deleted stays deleted.

        Raises:
            NotFound: that id is somebody else's memory.
        """
        await self._database.write(partial(_put, memory=memory, embedding=embedding))

    async def get(self, memory_id: str, learner_id: str) -> Memory | None:
        """The learner's memory with that id."""
        found = await self.many([memory_id], learner_id)
        return found[0] if found else None

    async def many(self, ids: Sequence[str], learner_id: str) -> list[Memory]:
        """Those of ``ids`` that are the learner's, in the order of ``ids``."""
        return await self._database.read(partial(_many, ids=ids, learner_id=learner_id))

    async def list(self, learner_id: str, limit: int = 200) -> list[Memory]:
        """The learner's memories, the newest first."""
        return await self._database.read(partial(_list, learner_id=learner_id, limit=limit))

    async def delete(self, memory_id: str, learner_id: str) -> bool:
        """Empty the learner's memory and keep its id from coming back; whether there was one."""
        forget = partial(_delete, memory_id=memory_id, learner_id=learner_id, now=self._clock())
        return await self._database.write(forget)

    async def is_forgotten(self, memory_id: str, learner_id: str) -> bool:
        """Whether the learner deleted the memory with that id."""
        return await self._database.read(partial(_is_forgotten, memory_id=memory_id, learner_id=learner_id))

    async def count(self) -> int:
        """How many memories all learners have."""
        return await self._database.read(_count)

    async def batches(self, size: int) -> AsyncIterator[_Batch]:
        """All memories with their ``(512,) float32`` embeddings, at most ``size`` at a time, by id.

        Each batch is its own short transaction, so that writing goes on meanwhile.
        """
        after = ""
        while batch := await self._database.read(partial(_batch, after=after, size=size)):
            yield batch
            after = batch[-1][0].id


async def _put(db: AsyncSession, *, memory: Memory, embedding: NDArray[np.float32]) -> None:
    row = await db.get(MemoryRow, memory.id, with_for_update=True)
    if row is not None and row.learner_id != memory.learner_id:
        raise NotFound("no such memory")
    if row is None or row.forgotten_at is None:
        await db.merge(to_memory_row(memory, embedding))


async def _list(db: AsyncSession, *, learner_id: str, limit: int) -> list[Memory]:
    newest = (
        select(MemoryRow)
        .where(MemoryRow.learner_id == learner_id, MemoryRow.forgotten_at.is_(None))
        .order_by(MemoryRow.updated_at.desc(), MemoryRow.created_at.desc(), MemoryRow.id)
        .limit(limit)
    )
    return [to_memory(row) for row in await db.scalars(newest)]


async def _many(db: AsyncSession, *, ids: Sequence[str], learner_id: str) -> list[Memory]:
    mine = MemoryRow.id.in_(ids), MemoryRow.learner_id == learner_id, MemoryRow.forgotten_at.is_(None)
    found = {row.id: to_memory(row) for row in await db.scalars(select(MemoryRow).where(*mine))}
    return [found[memory_id] for memory_id in dict.fromkeys(ids) if memory_id in found]


async def _delete(db: AsyncSession, *, memory_id: str, learner_id: str, now: datetime) -> bool:
    row = await db.get(MemoryRow, memory_id, with_for_update=True)
    if row is None or row.learner_id != learner_id or row.forgotten_at is not None:
        return False
    row.text, row.embedding, row.forgotten_at = "", b"", now
    return True


async def _is_forgotten(db: AsyncSession, *, memory_id: str, learner_id: str) -> bool:
    row = await db.get(MemoryRow, memory_id)
    return row is not None and row.learner_id == learner_id and row.forgotten_at is not None


async def _count(db: AsyncSession) -> int:
    return await db.scalar(select(func.count()).select_from(MemoryRow).where(MemoryRow.forgotten_at.is_(None))) or 0


async def _batch(db: AsyncSession, *, after: str, size: int) -> _Batch:
    kept = select(MemoryRow).where(MemoryRow.id > after, MemoryRow.forgotten_at.is_(None))
    rows = await db.scalars(kept.order_by(MemoryRow.id).limit(size))
    return [(to_memory(row), to_vector(row.embedding)) for row in rows]

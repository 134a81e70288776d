"""From a folder in any condition to an index that equals the truth; runs behind the start of the program."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import structlog

from feynman.domain import MemoryUnavailable, RecordsUnavailable
from feynman.memory.entry import Entry, version
from feynman.memory.folder import is_damaged, prepare, set_aside
from feynman.memory.status import Status
from feynman.memory.truth import MemoryRecords
from feynman.memory.writer import BATCH, Change, Writer
from feynman.text.embedding import Embedder

if TYPE_CHECKING:
    from feynman.memory.index import Index

__all__ = ["start"]

log = structlog.get_logger("feynman.memory")

T = TypeVar("T")

_READ: Final = 256


async def start(
    folder: Path,
    truth: MemoryRecords,
    embedder: Embedder,
    *,
    writer: Writer,
    status: Status,
    clock: Callable[[], datetime],
) -> None:
    """Open the index in ``folder``, setting a damaged one aside, and make it equal to the truth; tell ``status``."""
    try:
        index = await _open(folder, embedder, writer, clock)
        await _compare(index, truth, writer, status)
    except (MemoryUnavailable, RecordsUnavailable) as error:
        log.error("memory_unavailable", error=type(error).__name__, why=str(error))  # noqa: TRY400 - foreseen
        status.failed(str(error))
    finally:
        writer.settle()
        status.settle()


async def _open(folder: Path, embedder: Embedder, writer: Writer, clock: Callable[[], datetime]) -> "Index":
    def make() -> "Index":
        from feynman.memory.index import Index  # noqa: PLC0415 - 0.8 s, on the writer's thread

        return Index(folder, embedder)

    used = await asyncio.to_thread(prepare, folder)
    if used and not await is_damaged(folder):
        try:
            return await asyncio.wrap_future(writer.open(make))
        except MemoryUnavailable as error:
            log.warning("memory_index_refused", why=str(error))
    if used:
        aside = await asyncio.to_thread(set_aside, folder, clock())
        log.warning("memory_index_set_aside", name=aside.name)
        await asyncio.to_thread(prepare, folder)
    return await asyncio.wrap_future(writer.open(make))


async def _compare(index: "Index", truth: MemoryRecords, writer: Writer, status: Status) -> None:
    surplus = await asyncio.wrap_future(writer.run(index.versions))
    total, seen, added = await truth.count(), 0, 0
    async for batch in truth.batches(_READ):
        stale = [
            Change(memory.id, Entry(memory, vector))
            for memory, vector in batch
            if surplus.pop(memory.id, None) != version(memory)
        ]
        for part in _parts(stale):
            status.rebuilding(seen, total)
            await asyncio.wrap_future(writer.fill(part))
            seen += len(part)
        added += len(stale)
        seen += len(batch) - len(stale)
    for part in _parts([Change(key, None) for key in surplus]):
        await asyncio.wrap_future(writer.fill(part))
    writer.settle()
    status.ready(await asyncio.wrap_future(writer.run(index.count)))
    log.info("memory_ready", added=added, removed=len(surplus))


def _parts(changes: Sequence[T]) -> Iterator[Sequence[T]]:
    for first in range(0, len(changes), BATCH):
        yield changes[first : first + BATCH]

"""The aggregate of all tables."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Self

from feynman.observability.metrics import Metrics
from feynman.records.columns import random_id, utc_now
from feynman.records.database import Database
from feynman.records.gaps import Beliefs, Gaps
from feynman.records.heartbeat import beat, interrupt_started, last_beat
from feynman.records.jobs import Jobs
from feynman.records.learners import Learners
from feynman.records.memories import Memories
from feynman.records.sessions import Sessions
from feynman.records.told import Tellings
from feynman.records.turns import Turns

__all__ = ["Records"]


class Records:
    """Everything that is kept, one small repository per table; use it on the loop that opened it."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._database = database
        self._clock = clock
        self.learners = Learners(database, clock=clock, new_id=new_id)
        self.sessions = Sessions(database, clock=clock, new_id=new_id)
        self.turns = Turns(database, clock=clock, new_id=new_id)
        self.told = Tellings(database, clock=clock, new_id=new_id)
        self.gaps = Gaps(database)
        self.beliefs = Beliefs(database)
        self.jobs = Jobs(database, clock=clock)
        self.memories = Memories(database, clock=clock)

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        backup_dir: Path | None = None,
        clock: Callable[[], datetime] = utc_now,
        new_id: Callable[[], str] = random_id,
        metrics: Metrics | None = None,
    ) -> Self:
        """Open the database of an async SQLAlchemy ``url`` and bring its schema to this version.

        An SQLite file belongs to the process that opens it: turns and jobs that an earlier process left unfinished
        are marked failed (``"interrupted"``) and due. Before its schema changes it is copied into ``backup_dir``.

        Raises:
            ConfigurationError: the URL is not one of a database that can be used.
            RecordsUnavailable: it can't be opened or written; the message says why, and where a damaged file went.
        """
        database = await Database.open(url, backup_dir=backup_dir, clock=clock, metrics=metrics)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.close)
            records = cls(database, clock=clock, new_id=new_id)
            await records.check()
            if database.dialect.single_owner:
                await database.write(interrupt_started)
                await records.jobs.release_all()
            stack.pop_all()
        return records

    async def check(self) -> None:
        """Write a row and read it back.

        Raises:
            RecordsUnavailable: the database can't be written or read.
        """
        await self._database.write(partial(beat, now=self._clock()))
        await self._database.read(last_beat)

    async def close(self) -> None:
        """Wait a few seconds for running transactions and let go of the database; later calls are refused."""
        await self._database.close()

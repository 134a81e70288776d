"""The engine: transactions in, translated failures out."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import structlog
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from feynman.domain import ConfigurationError, RecordsUnavailable
from feynman.observability.metrics import Metrics
from feynman.records import migrate
from feynman.records.dialect import Dialect
from feynman.records.encoding import encode_json
from feynman.records.failures import FAILURES, translated
from feynman.records.sqlite import SqliteDialect
from feynman.records.timing import Timing

__all__ = ["Database", "Work"]

log = structlog.get_logger("feynman.records")

T = TypeVar("T")
Work = Callable[[AsyncSession], Awaitable[T]]

_CONFLICTS: Final = 3
_CLOSE_SECONDS: Final = 5.0


class Database:
    """Runs functions in transactions: all of a function's changes are stored or none."""

    def __init__(self, engine: AsyncEngine, dialect: Dialect, metrics: Metrics | None = None) -> None:
        self.engine = engine
        self.dialect = dialect
        self._reading = async_sessionmaker(engine, expire_on_commit=False)
        self._writing = async_sessionmaker(dialect.writing(engine), expire_on_commit=False)
        self._timing = Timing(engine, metrics)
        self._closed = False
        self._running: set[asyncio.Task[Any]] = set()

    @classmethod
    async def open(
        cls, url: str, *, backup_dir: Path | None, clock: Callable[[], datetime], metrics: Metrics | None = None
    ) -> Self:
        """Connect and bring the schema to this version.

        Raises:
            ConfigurationError: the URL is not one of a database that can be used.
            RecordsUnavailable: it can't be opened; not retryable when the SQLite file is damaged, which was set aside.
        """
        engine, dialect = await asyncio.to_thread(_connect, url)
        database = cls(engine, dialect, metrics)
        with translated(dialect):
            try:
                await database._prepare(backup_dir, clock)
            except FAILURES as error:
                kept = await dialect.set_aside(error, clock())
                if kept is None:
                    raise
                raise RecordsUnavailable(
                    f"{dialect.name} is damaged and was set aside as {kept}; "
                    "the next start begins with an empty database",
                    retryable=False,
                ) from error
        return database

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on one consistent state of the database.

        Raises:
            RecordsUnavailable: the database failed.
        """
        with self._timing.transaction("read", work), translated(self.dialect):
            return await self._to_its_end(lambda waiting: self._read(work, waiting))

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` and commit; when another writer got ahead with the same key, run it again.

        Raises:
            RecordsUnavailable: the database failed, nothing was stored.
        """
        with self._timing.transaction("write", work), translated(self.dialect):
            return await self._to_its_end(lambda waiting: self._write(work, waiting))

    async def close(self) -> None:
        """Refuse new work, wait a few seconds for what runs, and let go of the file."""
        self._closed = True
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=_CLOSE_SECONDS)
            for task in late:
                task.cancel()
            if late:
                log.warning("closed_while_busy", running=len(late))
        with translated(self.dialect):
            await self.engine.dispose()

    async def _once(self, sessions: async_sessionmaker[AsyncSession], work: Work[T]) -> T:
        async with sessions.begin() as session:
            return await work(session)

    async def _read(self, work: Work[T], waiting: asyncio.Event) -> T:
        waiting.clear()
        return await self._once(self._reading, work)

    async def _write(self, work: Work[T], waiting: asyncio.Event) -> T:
        async with self.dialect.writer():
            waiting.clear()
            for _ in range(_CONFLICTS - 1):
                try:
                    return await self._once(self._writing, work)
                except IntegrityError:
                    log.info("write_conflict")
            return await self._once(self._writing, work)

    async def _to_its_end(self, work: Callable[[asyncio.Event], Coroutine[Any, Any, T]]) -> T:
        """Await ``work``; whoever is cancelled leaves at once, and the transaction ends behind the scenes.

        One that is cancelled itself may keep SQLite's lock for ever: the driver's thread takes the lock after
        SQLAlchemy has let go of the connection (aiosqlite 0.22, one run in two with twenty cancelled writers). What
        still waits for its turn, and says so by the event, is cancelled.
        """
        if self._closed:
            raise RecordsUnavailable(f"{self.dialect.name} is closed")
        waiting = asyncio.Event()
        waiting.set()
        task = asyncio.ensure_future(work(waiting))
        self._running.add(task)
        task.add_done_callback(self._ended)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if waiting.is_set():
                task.cancel()
            raise

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._running.discard(task)
        if not task.cancelled():
            # Marks an error as seen: its caller may have left.
            task.exception()

    async def _prepare(self, backup_dir: Path | None, clock: Callable[[], datetime]) -> None:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.engine.dispose)
            await self.dialect.prepare(self.engine)
            await self._migrate(backup_dir, clock)
            stack.pop_all()

    async def _migrate(self, backup_dir: Path | None, clock: Callable[[], datetime]) -> None:
        directory = await asyncio.to_thread(migrate.scripts)
        async with self.engine.connect() as connection:
            outdated = await connection.run_sync(migrate.outdated, directory)
        if not outdated:
            return
        if backup_dir is not None:
            await self.dialect.back_up(self.engine, backup_dir, clock())
        async with migrate.exclusive(), self.dialect.migration(self.engine) as connection:
            await connection.run_sync(migrate.move, directory)


def _connect(url: str) -> tuple[AsyncEngine, Dialect]:
    try:
        address = make_url(url)
        dialect = _dialect(address)
        # hide_parameters: an error's text must never hold what a learner wrote.
        engine = create_async_engine(
            address, hide_parameters=True, json_serializer=encode_json, **dialect.engine_options()
        )
    except (ArgumentError, InvalidRequestError, ImportError) as error:
        raise ConfigurationError(f"FEYNMAN_DATABASE_URL can't be used: {error}") from error
    dialect.install(engine)
    return engine, dialect


def _dialect(address: URL) -> Dialect:
    return SqliteDialect(address) if address.get_backend_name() == "sqlite" else Dialect()

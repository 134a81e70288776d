"""The engine: transactions in, translated failures out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, Self, TypeVar

import structlog
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from feynman.domain import ConfigurationError, RecordsUnavailable
from feynman.records import migrate
from feynman.records.dialect import Dialect
from feynman.records.encoding import encode_json
from feynman.records.failures import FAILURES, translated
from feynman.records.sqlite import SqliteDialect

__all__ = ["Database", "Work"]

log = structlog.get_logger("feynman.records")

T = TypeVar("T")
Work = Callable[[AsyncSession], Awaitable[T]]

_CONFLICTS: Final = 3
_CLOSE_SECONDS: Final = 5.0


class Database:
    """Runs functions in transactions: all of a function's changes are stored or none."""

    def __init__(self, engine: AsyncEngine, dialect: Dialect) -> None:
        self.engine = engine
        self.dialect = dialect
        self._reading = async_sessionmaker(engine, expire_on_commit=False)
        self._writing = async_sessionmaker(dialect.writing(engine), expire_on_commit=False)
        self._closed = False
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @classmethod
    async def open(cls, url: str, *, backup_dir: Path | None, clock: Callable[[], datetime]) -> Self:
        """Connect and bring the schema to this version.

        Raises:
            ConfigurationError: the URL is not one of a database that can be used.
            RecordsUnavailable: it can't be opened; a damaged SQLite file was set aside first.
        """
        engine, dialect = await asyncio.to_thread(_connect, url)
        database = cls(engine, dialect)
        with translated(dialect):
            try:
                await database._prepare(backup_dir, clock)
            except FAILURES as error:
                kept = await dialect.set_aside(error, clock())
                if kept is None:
                    raise
                raise RecordsUnavailable(
                    f"{dialect.name} is damaged and was set aside as {kept}; "
                    "the next start begins with an empty database"
                ) from error
        return database

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on one consistent state of the database.

        Raises:
            RecordsUnavailable: the database failed.
        """
        with translated(self.dialect):
            return await self._once(self._reading, work)

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` and commit; when another writer got ahead with the same key, run it again.

        Raises:
            RecordsUnavailable: the database failed, nothing was stored.
        """
        with translated(self.dialect):
            async with self.dialect.writer():
                for _ in range(_CONFLICTS - 1):
                    try:
                        return await self._once(self._writing, work)
                    except IntegrityError:
                        log.info("write_conflict")
                return await self._once(self._writing, work)

    async def close(self) -> None:
        """Refuse new work, wait a few seconds for what runs, and let go of the file."""
        self._closed = True
        try:
            await asyncio.wait_for(self._idle.wait(), _CLOSE_SECONDS)
        except TimeoutError:
            log.warning("closed_while_busy", running=self._running)
        with translated(self.dialect):
            await self.engine.dispose()

    async def _once(self, sessions: async_sessionmaker[AsyncSession], work: Work[T]) -> T:
        async with self._counted(), sessions.begin() as session:
            return await work(session)

    @asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        if self._closed:
            raise RecordsUnavailable(f"{self.dialect.name} is closed")
        self._running += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._running -= 1
            if self._running == 0:
                self._idle.set()

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

"""Everything that only SQLite needs."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import URL, AsyncAdaptedQueuePool, Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from feynman.records.damage import Damaged, free_name, look, move_aside
from feynman.records.dialect import Dialect

__all__ = ["SqliteDialect"]

log = structlog.get_logger("feynman.records")

# Longer than a backup or a virus scanner keeps a file, and than the ten seconds of the fault run "locked".
_BUSY_SECONDS: Final = 15.0
_CONNECTIONS: Final = 5
_BEGIN: Final = "feynman_begin"  # execution option: how a transaction begins; empty for none

_MEANING: Final = {
    sqlite3.SQLITE_READONLY: "the file or its folder is read-only",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_CANTOPEN: "the file can't be opened; look at its folder and the permissions",
    sqlite3.SQLITE_BUSY: "another program keeps the file locked",
    sqlite3.SQLITE_LOCKED: "another program keeps the file locked",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_PERM: "the permissions of the file forbid it",
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is damaged",
}
_DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class SqliteDialect(Dialect):
    """One file that this process owns: WAL, foreign keys, and one writer at a time that takes the lock at once."""

    single_owner = True

    def __init__(self, url: URL, busy_seconds: float = _BUSY_SECONDS) -> None:
        self.path = _path(url)
        self.name = "the records database" if self.path is None else f"the records database {self.path}"
        self._writable = url.query.get("mode") != "ro"
        self._writer = asyncio.Lock()
        self._busy_seconds = busy_seconds

    def engine_options(self) -> dict[str, Any]:
        """Transactions are begun here, not by the driver, which would not cover reads and schema changes.

        A database in memory lives in its one connection.
        """
        return {
            "connect_args": {"timeout": self._busy_seconds, "isolation_level": None},
            "poolclass": AsyncAdaptedQueuePool,
            "pool_size": 1 if self.path is None else _CONNECTIONS,
            "max_overflow": 0,
        }

    def install(self, engine: AsyncEngine) -> None:
        """Set the pragmas of each connection and begin its transactions."""
        event.listen(engine.sync_engine, "connect", _configure)
        event.listen(engine.sync_engine, "begin", _begin)

    def writing(self, engine: AsyncEngine) -> AsyncEngine:
        """Take the write lock at once: one that is asked for after a read fails instead of waiting."""
        return engine.execution_options(**{_BEGIN: "IMMEDIATE"})

    @asynccontextmanager
    async def writer(self) -> AsyncIterator[None]:
        """Queue the writers of this process in order; SQLite itself lets them poll, and an unlucky one starve.

        Raises:
            OperationalError: SQLite's "busy", when those before it take too long: behind a file that stays locked
                each would otherwise wait for all others too.
        """
        try:
            async with asyncio.timeout(self._busy_seconds):
                await self._writer.acquire()
        except TimeoutError as error:
            raise _busy() from error
        try:
            yield
        finally:
            self._writer.release()

    async def prepare(self, engine: AsyncEngine) -> None:
        """Make the folder, switch to WAL and read the whole file once.

        Raises:
            Damaged: what was read is not consistent.
        """
        if self.path is not None:
            await asyncio.to_thread(self._look, self.path)
        async with _bare(engine).connect() as connection:
            await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            verdict = (await connection.exec_driver_sql("PRAGMA quick_check(1)")).scalar_one()
        if verdict != "ok":
            raise Damaged(verdict)

    async def back_up(self, engine: AsyncEngine, folder: Path, now: datetime) -> Path | None:
        """Copy the database, unless it is still empty, to ``<name>.before-upgrade-<UTC timestamp>``."""
        async with _bare(engine).connect() as connection:
            tables = await connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
            if self.path is None or tables.scalar_one() == 0:
                return None
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
            copy = await asyncio.to_thread(free_name, folder / self.path.name, "before-upgrade", now)
            await connection.exec_driver_sql("VACUUM INTO ?", (str(copy),))
        log.info("database_backed_up", path=str(copy))
        return copy

    async def set_aside(self, error: Exception, now: datetime) -> Path | None:
        """Move a damaged file to ``<name>.damaged-<UTC timestamp>`` beside it; all connections must be closed."""
        if self.path is None or not (isinstance(error, Damaged) or _code(error) in _DAMAGE):
            return None
        kept = await asyncio.to_thread(move_aside, self.path, now)
        log.error("database_set_aside", path=str(kept))
        return kept

    @asynccontextmanager
    async def migration(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        """Switch foreign keys off meanwhile: a table that is rebuilt must not take its children along."""
        async with _bare(engine).connect() as connection:
            await connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            try:
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                await connection.commit()
            finally:
                await connection.rollback()
                await connection.exec_driver_sql("PRAGMA foreign_keys=ON")

    def explain(self, error: Exception) -> str | None:
        """Say what SQLite's result code means."""
        if isinstance(error, Damaged):
            return _MEANING[sqlite3.SQLITE_CORRUPT]
        code = _code(error)
        return None if code is None else _MEANING.get(code)

    def _look(self, path: Path) -> None:
        if self._writable:
            path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_dir():
            look(path)


def _path(url: URL) -> Path | None:
    name = (url.database or "").removeprefix("file:")
    return None if name in {"", ":memory:"} or url.query.get("mode") == "memory" else Path(name)


def _code(error: Exception) -> int | None:
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "sqlite_errorcode", None)
    return None if code is None else int(code) & 0xFF  # the low byte is the primary result code


def _busy() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


def _bare(engine: AsyncEngine) -> AsyncEngine:
    return engine.execution_options(**{_BEGIN: ""})


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get(_BEGIN, "DEFERRED")
    if mode:
        connection.exec_driver_sql(f"BEGIN {mode}")


def _configure(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()

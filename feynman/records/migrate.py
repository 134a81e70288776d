"""Bringing the schema to this version with Alembic, without an ini file."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from feynman.records.schema import Base

__all__ = ["exclusive", "move", "outdated", "scripts"]

_FOLDER: Final = Path(__file__).parent / "migrations"
_POLL_SECONDS: Final = 0.01

# Alembic keeps the running migration in a module of its own (``alembic.op``), one per process and whatever the
# loop or thread, so this lock has to be one per process too.
_ALEMBIC: Final = threading.Lock()


@asynccontextmanager
async def exclusive() -> AsyncIterator[None]:
    """Wait until no other migration runs in this process; a lock of asyncio would not hold across loops."""
    while not _ALEMBIC.acquire(blocking=False):  # noqa: ASYNC110 - an asyncio.Event belongs to one loop, this to all
        await asyncio.sleep(_POLL_SECONDS)
    try:
        yield
    finally:
        _ALEMBIC.release()


def scripts() -> ScriptDirectory:
    """All revisions, read from disk (call it in a thread)."""
    directory = ScriptDirectory(_FOLDER)
    directory.get_current_head()
    return directory


def outdated(connection: Connection, directory: ScriptDirectory) -> bool:
    """Whether the database is not at the newest revision."""
    return MigrationContext.configure(connection).get_current_revision() != directory.get_current_head()


def move(connection: Connection, directory: ScriptDirectory, target: str = "head") -> None:
    """Upgrade to ``"head"`` or downgrade to ``"base"`` inside the connection's transaction.

    Raises:
        CommandError: the database has a revision that is not among ``directory``.
    """

    def steps(revision: str, _context: MigrationContext) -> list[RevisionStep]:
        # What alembic.command calls; the commands themselves insist on an env.py read from disk in the event loop.
        if target == "base":
            return directory._downgrade_revs(target, revision)  # noqa: SLF001 - see above
        return directory._upgrade_revs(target, revision)  # noqa: SLF001 - see above

    with EnvironmentContext(Config(), directory, fn=steps, destination_rev=target) as environment:
        environment.configure(connection=connection, target_metadata=Base.metadata, transactional_ddl=True)
        with environment.begin_transaction():
            environment.run_migrations()

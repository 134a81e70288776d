"""What differs between databases; this base is right for one with row locks and many writers."""

from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

__all__ = ["Dialect"]


class Dialect:
    """A database server that several processes share, such as PostgreSQL."""

    single_owner = False
    """Whether one process owns the database, so that what is unfinished at start was interrupted."""

    name = "the records database"
    """How messages call it."""

    def engine_options(self) -> dict[str, Any]:
        """Arguments for ``create_async_engine``."""
        return {"pool_pre_ping": True}

    def install(self, engine: AsyncEngine) -> None:
        """Hook into a new engine."""

    def writing(self, engine: AsyncEngine) -> AsyncEngine:
        """The same engine, whose transactions are going to write."""
        return engine

    def writer(self) -> AbstractAsyncContextManager[object]:
        """What a writing transaction holds from begin to commit."""
        return nullcontext()

    async def prepare(self, engine: AsyncEngine) -> None:
        """Look at the database before anything else does."""

    async def back_up(self, engine: AsyncEngine, folder: Path, now: datetime) -> Path | None:
        """Copy the database into ``folder``; ``None`` where that is the server's business or there is nothing."""
        del engine, folder, now
        return None

    async def set_aside(self, error: Exception, now: datetime) -> Path | None:
        """Move a damaged database out of the way; ``None`` when ``error`` is no damage."""
        del error, now
        return None

    def migration(self, engine: AsyncEngine) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection with an open transaction for schema changes, committed at the end."""
        return engine.begin()

    def explain(self, error: Exception) -> str | None:
        """What a driver's error means, in plain words; ``None`` when it is nothing known."""
        del error
        return None

"""A real database file for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from feynman.records import Records
from tests.records.make import Clock, url_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is; its folder does not exist yet."""
    return tmp_path / "data" / "feynman.db"


@pytest.fixture
def clock() -> Clock:
    """The clock of ``records``."""
    return Clock()


@pytest.fixture
async def records(path: Path, clock: Clock) -> AsyncIterator[Records]:
    """An open, empty database."""
    opened = await Records.open(url_of(path), clock=clock)
    yield opened
    await opened.close()

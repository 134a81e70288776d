"""The one place where failures of the database become ``RecordsUnavailable``."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError, StatementError

from feynman.domain import RecordsUnavailable
from feynman.records.damage import Damaged
from feynman.records.dialect import Dialect

__all__ = ["FAILURES", "translated"]

FAILURES: Final = (SQLAlchemyError, CommandError, sqlite3.Error, OSError, Damaged)
"""All that a database, its driver or its disk can raise."""


@contextmanager
def translated(dialect: Dialect) -> Iterator[None]:
    """Let no exception of SQLAlchemy, Alembic, the driver or the file system through.

    Raises:
        RecordsUnavailable: in plain words, with the original as its cause.
    """
    try:
        yield
    except FAILURES as error:
        raise RecordsUnavailable(_sentence(dialect, error)) from error


def _sentence(dialect: Dialect, error: Exception) -> str:
    meaning = dialect.explain(error)
    return f"{dialect.name}: {meaning}" if meaning is not None else f"{dialect.name}: {_detail(error)}"


def _detail(error: Exception) -> str:
    # SQLAlchemy's own text holds the statement, which helps nobody outside; the driver's is short.
    shown = error.orig if isinstance(error, StatementError) and error.orig is not None else error
    if isinstance(shown, SQLAlchemyError):
        return type(shown).__name__
    return f"{type(shown).__name__}: {shown}"

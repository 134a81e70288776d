"""Keeping a damaged SQLite file: moved aside, never deleted."""

import itertools
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

__all__ = ["Damaged", "free_name", "look", "move_aside"]

_COMPANIONS: Final = ("", "-wal", "-shm")
_MAGIC: Final = b"SQLite format 3\x00"  # https://sqlite.org/fileformat2.html#magic_header_string


class Damaged(Exception):
    """SQLite read the file and found it inconsistent; the message is SQLite's."""


def free_name(path: Path, word: str, now: datetime) -> Path:
    """``<path>.<word>-<UTC timestamp>``, with a number behind it when that name is taken."""
    name = f"{path.name}.{word}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    return next(candidate for candidate in map(path.with_name, names) if not candidate.exists())


def move_aside(path: Path, now: datetime) -> Path:
    """Rename ``path`` and its -wal and -shm, which keep belonging to it by name, and return the new path."""
    target = free_name(path, "damaged", now)
    for companion in _COMPANIONS:
        with suppress(FileNotFoundError):
            path.with_name(path.name + companion).rename(target.with_name(target.name + companion))
    return target


def look(path: Path) -> None:
    """Look at what must not even be opened: SQLite would delete the journal of such a file.

    Raises:
        Damaged: the file is not SQLite's, or it is empty while its journal is not.
    """
    head = _head(path, len(_MAGIC))
    if head not in {b"", _MAGIC}:
        raise Damaged("the file is not a database")
    if not head and _head(path.with_name(f"{path.name}-wal"), 1):
        raise Damaged("the file is empty, its journal is not")


def _head(path: Path, length: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(length)
    except FileNotFoundError:
        return b""

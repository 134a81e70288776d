"""The folder of the index: made, looked at in a process of its own, set aside."""

import asyncio
import itertools
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog

import feynman
from feynman.domain import MemoryUnavailable

__all__ = ["PROBE_SECONDS", "is_sound", "prepare", "set_aside"]

log = structlog.get_logger("feynman.memory")

PROBE_SECONDS: Final = 20.0


def prepare(folder: Path) -> bool:
    """Make the folder where needed, write to it, and return whether something was in it.

    Raises:
        MemoryUnavailable: it can't be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        used = any(folder.iterdir())
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"trial")
    except OSError as error:
        raise MemoryUnavailable(f"the memory folder can't be written: {error}") from error
    return used


async def is_sound(folder: Path, *, timeout: float = PROBE_SECONDS) -> bool:  # noqa: ASYNC109 - the child is killed
    """Run :mod:`feynman.memory.probe` on the folder; a crash or more than ``timeout`` seconds mean no."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "feynman.memory.probe",
        str(folder),
        env=_environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        code = await asyncio.wait_for(child.wait(), timeout)
    except TimeoutError:
        code = None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if code != 0:
        log.warning("memory_index_damaged", exit_code=code)
    return code == 0


def set_aside(folder: Path, now: datetime) -> Path:
    """Rename the folder to ``<name>.damaged-<UTC time>`` and return the new path; nothing is deleted.

    Raises:
        MemoryUnavailable: it can't be renamed.
    """
    name = f"{folder.name}.damaged-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    free = next(path for path in map(folder.with_name, names) if not path.exists())
    try:
        return folder.rename(free)
    except OSError as error:
        raise MemoryUnavailable(f"the damaged memory folder can't be renamed: {error}") from error


def _environment() -> dict[str, str]:
    # The child must find this package wherever the process was started.
    root = str(Path(feynman.__file__).parent.parent)
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": root if known is None else os.pathsep.join((root, known))}

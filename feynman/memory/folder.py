"""The folder of the index: made, looked at in a process of its own, set aside."""

import asyncio
import itertools
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import structlog

import feynman
from feynman.domain import MemoryUnavailable

__all__ = ["PROBE_SECONDS", "is_damaged", "prepare", "set_aside"]

log = structlog.get_logger("feynman.memory")

PROBE_SECONDS: Final = 20.0

_REFUSED: Final = 1
# What a process that reads damaged memory ends by; any other signal was sent by somebody and tells nothing.
_CRASH_NAMES: Final = frozenset({"SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE", "SIGTRAP"})
_CRASHES: Final = frozenset(-number for number in signal.Signals if number.name in _CRASH_NAMES)
_WINDOWS_FAULT: Final = 0xC0000000  # NTSTATUS of severity "error", such as an access violation
_WINDOWS_CONTROL_C: Final = 0xC000013A


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


async def is_damaged(folder: Path, *, timeout: float = PROBE_SECONDS) -> bool:  # noqa: ASYNC109 - the child is killed
    """Run :mod:`feynman.memory.probe` on the folder: its refusal or crash mean yes.

    A probe that was ended by somebody, or took more than ``timeout`` seconds, is no verdict and means no.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "feynman.memory.probe",
        str(await asyncio.to_thread(folder.absolute)),
        cwd=Path(feynman.__file__).parent.parent,  # where the child finds this package
        **_apart(),
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
    damaged = code is not None and _is_verdict(code)
    if damaged:
        log.warning("memory_index_damaged", exit_code=code)
    elif code != 0:
        log.warning("memory_probe_unfinished", exit_code=code)
    return damaged


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


def _is_verdict(code: int) -> bool:
    fault = code >= _WINDOWS_FAULT and code != _WINDOWS_CONTROL_C
    return code == _REFUSED or code in _CRASHES or fault


def _apart() -> dict[str, Any]:
    # Ctrl-C goes to the whole group of the terminal; the probe must not take it for its own.
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}

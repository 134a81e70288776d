"""The disk of the data folder runs full under load, and has room again."""

import errno
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from bench.faults.kill import drain
from bench.faults.load import UNLIMITED, Ledger, load
from bench.faults.report import Report
from bench.faults.verdict import examine
from bench.faults.watching import alive, health, taught
from bench.running_app import RunningApp

__all__ = ["disk"]

_DISK: Final = "64m"
_SECONDS: Final = 6.0
_BLOCK: Final = bytes(64 * 1024)

Fill = Callable[[int], AbstractContextManager[None]]
"""Lets the disk of the process with that id be full while the block runs."""


def disk(*, seconds: float = _SECONDS, tmpfs: bool = True) -> Report:
    """Fill the disk for ``seconds`` while two learners teach; without ``tmpfs`` the process's files may not grow."""
    ledger = Ledger()
    with tempfile.TemporaryDirectory() as folder, _small_disk(Path(folder), tmpfs=tmpfs) as (place, how, full):
        report = Report(f"disk full ({how})")
        app = RunningApp(place / "data", UNLIMITED)
        app.log = Path(folder) / "app.log"
        app.start()
        try:
            app.wait()
            _run(app, ledger, report, full, seconds)
        finally:
            app.stop()
        examine(place / "data", ledger, report)
    return report


def _run(app: RunningApp, ledger: Ledger, report: Report, full: Fill, seconds: float) -> None:
    with load(app.sidecar, ledger, threads=2):
        taught(ledger)
        with full(app.pid):
            before = len(ledger.turns)
            time.sleep(seconds)
            status, found = health(app)
            during = len(ledger.turns) - before
        back = taught(ledger)
    report.note("turns answered before / while it was full", f"{before} / {during}")
    report.note("refused", ", ".join(f"{count} x {what}" for what, count in ledger.refused.items()) or "nothing")
    report.note("/health while it was full", f"{status} {found['status']}")
    report.note("seconds until turns were answered again", "never" if back is None else f"{back:.1f}")
    report.hold("the process lives", kept=alive(app))
    report.hold("turns are answered again", kept=back is not None)
    report.hold("every refusal is a 503", kept=all(" 503 " in what for what in ledger.refused))
    report.hold("the outbox is worked off and the index is there", kept=drain(app))


@contextmanager
def _small_disk(folder: Path, *, tmpfs: bool) -> Iterator[tuple[Path, str, Fill]]:
    place = folder / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "feynman-fault", str(place)]
    if not tmpfs or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        yield place, "RLIMIT_FSIZE: no file of the process may grow", _not_growing
        return
    try:
        yield place, f"tmpfs of {_DISK}", lambda _pid: _ballast(place / "ballast")
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)  # noqa: S607 # the system's own


@contextmanager
def _ballast(file: Path) -> Iterator[None]:
    with file.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(_BLOCK)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
    try:
        yield
    finally:
        file.unlink()


@contextmanager
def _not_growing(pid: int) -> Iterator[None]:
    limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)

"""Another program keeps the database locked."""

import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from bench.faults.kill import drain
from bench.faults.load import UNLIMITED, Ledger, load
from bench.faults.report import Report
from bench.faults.verdict import examine
from bench.faults.watching import alive, health, taught
from bench.running_app import RunningApp

__all__ = ["locked"]

_SECONDS: Final = 10.0


def locked(*, seconds: float = _SECONDS) -> Report:
    """Hold the write lock for ``seconds`` while three learners teach."""
    report, ledger = Report(f"database locked for {seconds:g} s"), Ledger()
    with tempfile.TemporaryDirectory() as folder:
        app = RunningApp(Path(folder) / "data", UNLIMITED)
        app.start()
        try:
            app.wait()
            with load(app.sidecar, ledger, threads=3):
                taught(ledger)
                before = len(ledger.turns)
                with closing(sqlite3.connect(app.data_dir / "feynman.db", timeout=30)) as other:
                    other.execute("BEGIN EXCLUSIVE")
                    time.sleep(seconds)
                    status, found = health(app)
                    during = len(ledger.turns) - before
                    other.execute("ROLLBACK")
                back = taught(ledger, seconds=60)
            report.note("turns answered before / during", f"{before} / {during}")
            report.note("refused", ", ".join(f"{n} x {what}" for what, n in ledger.refused.items()) or "nothing")
            report.note("/health at the end of the lock", f"{status} {found['status']}")
            report.note("longest turn, seconds", f"{max(ledger.seconds):.1f}")
            report.note("seconds until turns were answered again", "never" if back is None else f"{back:.1f}")
            report.hold("the process lives", kept=alive(app))
            report.hold("nobody is refused: turns wait", kept=not ledger.refused)
            report.hold("turns are answered again", kept=back is not None)
            drain(app)
        finally:
            app.stop()
        examine(Path(folder) / "data", ledger, report)
    return report

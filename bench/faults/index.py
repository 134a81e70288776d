"""The folder of the memory index is damaged: while the application is down, and while it runs."""

import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.faults.kill import drain
from bench.faults.load import UNLIMITED, Ledger, load
from bench.faults.report import Report
from bench.faults.verdict import examine
from bench.faults.watching import alive, ended, health, taught, until
from bench.running_app import RunningApp

__all__ = ["index"]

_SECONDS: Final = 5.0
_OK: Final = 200


def index(*, seconds: float = _SECONDS) -> Report:
    """Overwrite its database at rest, then delete the folder under load for a while."""
    report, ledger = Report("memory index damaged"), Ledger()
    with tempfile.TemporaryDirectory() as folder, ended(RunningApp(Path(folder) / "data", UNLIMITED)) as app:
        data = app.data_dir
        app.start()
        app.wait()
        with load(app.sidecar, ledger, threads=2):
            taught(ledger)
            time.sleep(seconds)
        drain(app)
        app.stop()
        (data / "chroma" / "chroma.sqlite3").write_bytes(b"no index " * 4096)
        begun = time.monotonic()
        app.start()
        app.wait()
        report.note("overwritten at rest: seconds from start to ready", f"{time.monotonic() - begun:.1f}")
        report.hold("the index is rebuilt at the start", kept=drain(app))
        report.note("set aside", ", ".join(path.name for path in data.glob("chroma.damaged-*")))
        _running(app, ledger, report, seconds)
        app.stop()
        examine(data, ledger, report)
    return report


def _running(app: RunningApp, ledger: Ledger, report: Report, seconds: float) -> None:
    with load(app.sidecar, ledger, threads=2):
        taught(ledger)
        before, seen = len(ledger.turns), set()
        shutil.rmtree(app.data_dir / "chroma")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            status, found = health(app)
            seen.add(f"{status} {found['status']}")
            time.sleep(0.2)
        report.note("deleted under load: turns answered meanwhile", len(ledger.turns) - before)
        back = until(lambda: health(app)[1]["checks"]["chroma"]["status"] == "healthy", 60)
    report.note("answers of /health meanwhile", ", ".join(sorted(seen)))
    report.note("refused", ", ".join(f"{count} x {what}" for what, count in ledger.refused.items()) or "nothing")
    report.note("seconds until it was rebuilt, without a restart", "never" if back is None else f"{back + seconds:.1f}")
    report.hold("the process lives", kept=alive(app))
    report.hold("turns go on without the index", kept=not ledger.refused)
    report.hold("/health stays 200", kept=all(answer.startswith(str(_OK)) for answer in seen))
    report.hold("the index comes back by itself", kept=back is not None and drain(app))

"""SIGTERM under load."""

import signal
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

import httpx

from bench.faults.load import UNLIMITED, Ledger, load
from bench.faults.report import Report
from bench.faults.verdict import examine
from bench.faults.watching import ended, taught
from bench.running_app import RunningApp

__all__ = ["term"]

_THREADS: Final = 4
_SECONDS: Final = 10.0
_UNAVAILABLE: Final = 503


def term(*, threads: int = _THREADS) -> Report:
    """End it while ``threads`` learners teach without a pause."""
    report, ledger, answers = Report(f"SIGTERM under load ({threads} learners)"), Ledger(), set[int]()
    with tempfile.TemporaryDirectory() as folder, ended(RunningApp(Path(folder) / "data", UNLIMITED)) as app:
        app.start()
        app.wait()
        with load(app.sidecar, ledger, threads=threads, pause=0.01):
            taught(ledger, threads)
            before = len(ledger.turns)
            watch = threading.Thread(target=_watch, args=(app.sidecar, answers))
            watch.start()
            code, seconds = app.stop(signal.SIGTERM)
            watch.join(_SECONDS)
        report.note("exit code, seconds to the end", f"{code}, {seconds:.1f}")
        report.note("turns answered before / after the signal", f"{before} / {len(ledger.turns) - before}")
        report.note("refused or cut off", _told(ledger))
        report.note("answers of /health/ready meanwhile", ", ".join(map(str, sorted(answers))) or "none in time")
        report.hold("it ends within ten seconds", kept=seconds < _SECONDS)
        report.hold("it says nothing of an error", kept="Traceback" not in app.output())
        examine(Path(folder) / "data", ledger, report, drained=False)
    return report


def _told(ledger: Ledger) -> str:
    """What was refused; those who come when nobody is there any more do not count."""
    return ", ".join(f"{n} x {what}" for what, n in ledger.refused.items() if "ConnectError" not in what) or "nothing"


def _watch(url: str, answers: set[int]) -> None:
    with httpx.Client(base_url=url, timeout=2) as client:
        try:
            while True:
                answers.add(client.get("/health/ready").status_code)
                time.sleep(0.02)
        except httpx.TransportError:
            return

"""The system's clock jumps under load: a day back, then two days ahead of the true time.

The process runs under libfaketime (``pip install libfaketime``, which compiles it; Debian 12 has one too old for
Python's ``time.sleep``). It answers every question about the wall clock; what counts seconds (the monotonic clock)
goes on, as it does where a real clock is set.
"""

import importlib.util
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.faults.kill import drain
from bench.faults.load import UNLIMITED, Ledger, load
from bench.faults.report import Report
from bench.faults.verdict import examine
from bench.faults.watching import alive, ended, health, taught
from bench.running_app import RunningApp

__all__ = ["clock"]

_TRUE: Final = "+0d"
_JUMPS: Final = {"a day back": "-1d", "two days ahead": "+2d"}
# How long the library keeps a reading of its file.
_READ_SECONDS: Final = 1
_SECONDS: Final = 10.0
_SERVES: Final = 200


def clock(*, seconds: float = _SECONDS) -> Report:
    """Let three learners teach for ``seconds`` after each jump.

    Raises:
        FileNotFoundError: libfaketime is not here.
    """
    report, ledger = Report(f"clock set under load, {seconds:g} s each"), Ledger()
    with tempfile.TemporaryDirectory() as folder:
        hands = Path(folder) / "clock"
        hands.write_text(_TRUE)
        with ended(RunningApp(Path(folder) / "data", {**UNLIMITED, **_faked(hands)})) as app:
            app.start()
            app.wait()
            with load(app.sidecar, ledger, threads=3):
                taught(ledger)
                for name, offset in _JUMPS.items():
                    _jump(name, offset, hands, seconds, app, ledger, report)
            report.hold("every job is done after the jumps", kept=drain(app))
            report.hold("nothing is unwell afterwards", kept=health(app)[1]["status"] == "healthy")
            report.hold("the process lives", kept=alive(app))
            app.stop()
        report.note("refused", ", ".join(f"{n} x {what}" for what, n in ledger.refused.items()) or "nothing")
        report.hold("nobody is refused", kept=not ledger.refused)
        examine(Path(folder) / "data", ledger, report)
    return report


def _faked(hands: Path) -> dict[str, str]:
    package = importlib.util.find_spec("libfaketime")
    folders = [] if package is None else package.submodule_search_locations or []
    found = [library for folder in folders for library in Path(folder).rglob("libfaketime.so.1")]
    if not found:
        raise FileNotFoundError("libfaketime is not here: pip install libfaketime")
    return {
        "LD_PRELOAD": str(found[0]),
        "FAKETIME_TIMESTAMP_FILE": str(hands),
        "FAKETIME_CACHE_DURATION": str(_READ_SECONDS),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


def _jump(name: str, offset: str, hands: Path, seconds: float, app: RunningApp, ledger: Ledger, report: Report) -> None:
    hands.write_text(offset)
    time.sleep(_READ_SECONDS + 0.5)
    before, begun = len(ledger.turns), time.monotonic()
    back = taught(ledger)
    time.sleep(max(0.0, seconds - (time.monotonic() - begun)))
    status, found = health(app)
    report.note(f"{name}: turns answered, /health", f"{len(ledger.turns) - before}, {status} {found['status']}")
    report.note(f"{name}: the queue by /health", found["checks"].get("queue", {}).get("detail", "no answer"))
    report.hold(f"{name}: turns are answered", kept=back is not None)
    # Jobs that wait look as old as the jump, which may make it degraded until they are done.
    report.hold(f"{name}: /health says that the product serves", kept=status == _SERVES)

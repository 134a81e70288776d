"""``kill -9`` at a random moment under load, again and again on the same files."""

import random
import signal
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import httpx

from bench.faults.load import UNLIMITED, Ledger, load
from bench.faults.report import Report
from bench.faults.verdict import examine
from bench.faults.watching import ended, taught
from bench.running_app import RunningApp

__all__ = ["drain", "kill"]

_LATEST: Final = 4.0
# The first turn of a process takes seconds: so often it is killed before it, else after it.
_EARLY: Final = 0.2
_DRAIN_SECONDS: Final = 120.0


def kill(times: int = 50, *, seed: int = 1, latest: float = _LATEST) -> Report:
    """Kill it ``times`` times, up to ``latest`` seconds after it was ready or answered first; then let it finish."""
    report, ledger, chance, starts = Report(f"kill -9, {times} times under load"), Ledger(), random.Random(seed), []  # noqa: S311 # moments, not secrets
    with tempfile.TemporaryDirectory() as folder, ended(RunningApp(Path(folder) / "data", UNLIMITED)) as app:
        for _ in range(times):
            begun = time.monotonic()
            app.start()
            app.wait()
            starts.append(time.monotonic() - begun)
            with load(app.sidecar, ledger):
                if chance.random() >= _EARLY:
                    taught(ledger, 1)
                time.sleep(chance.uniform(0.0, latest))
                code, _ = app.stop(signal.SIGKILL)
            report.hold("the process was killed and had not ended before", kept=code == -signal.SIGKILL)
        app.start()
        app.wait()
        report.hold("the outbox is worked off after the last start", kept=drain(app))
        code, seconds = app.stop()
        aside = [path.name for path in Path(folder, "data").iterdir() if ".damaged-" in path.name]
        report.note("seconds from start to ready, median / longest", f"{_median(starts):.1f} / {max(starts):.1f}")
        report.note("requests cut off by a kill", sum(ledger.refused.values()))
        report.note("folders or files set aside as damaged", len(aside))
        report.note("last exit, seconds", f"{seconds:.1f}")
        examine(Path(folder) / "data", ledger, report)
    return report


def drain(app: RunningApp, seconds: float = _DRAIN_SECONDS) -> bool:
    """Wait until no job is left and the index is ready; whether that happened within ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        checks: dict[str, Any] = httpx.get(f"{app.sidecar}/health", timeout=10).json()["checks"]
        if checks["queue"]["detail"].startswith("0 jobs") and checks["chroma"]["status"] == "healthy":
            return True
        time.sleep(0.5)
    return False


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]

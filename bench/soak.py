"""A long steady load, and what it leaves behind: ``python -m bench.soak --minutes 15``.

Every few seconds it reads the process's memory, open files and threads, and the tasks of its loop. A figure counts as
flat when the second half's median is within a tolerance of the first half's, warm-up left out.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from bench.faults.load import UNLIMITED, Ledger, load
from bench.faults.report import Report
from bench.faults.watching import health, taught
from bench.running_app import RunningApp, running_app

__all__ = ["main", "soak"]

_EVERY_SECONDS: Final = 5.0
_MEGABYTE: Final = 1024 * 1024
# Until the built-in student's caches are full, which keep the last thousand sentences: about 500 turns.
_WARM_SHARE: Final = 1 / 3
_TOLERANCES: Final[Mapping[str, float]] = {"memory, MB": 20.0, "open files": 5.0, "threads": 4.0, "tasks": 10.0}


@dataclass
class _Samples:
    at: list[float] = field(default_factory=list)
    values: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in _TOLERANCES})

    def take(self, app: RunningApp, seconds: float) -> None:
        process = psutil.Process(app.pid)
        detail = health(app)[1]["checks"]["loop"]["detail"]
        tasks = float(detail.split(", ")[1].split()[0])
        self.at.append(seconds)
        for name, value in (
            ("memory, MB", process.memory_info().rss / _MEGABYTE),
            ("open files", process.num_fds()),
            ("threads", process.num_threads()),
            ("tasks", tasks),
        ):
            self.values[name].append(float(value))


def soak(minutes: float, *, threads: int = 2, pause: float = 0.2) -> Report:
    """Let ``threads`` learners teach for ``minutes`` and judge what was left behind."""
    report, ledger, samples = Report(f"soak of {minutes:g} minutes, {threads} learners"), Ledger(), _Samples()
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "data", UNLIMITED) as app:
        with load(app.sidecar, ledger, threads=threads, pause=pause):
            taught(ledger)
            begun = time.monotonic()
            while (passed := time.monotonic() - begun) < minutes * 60:
                samples.take(app, passed)
                time.sleep(_EVERY_SECONDS)
        report.note("turns / memorize jobs", f"{len(ledger.turns)} / {len(ledger.jobs)}")
        seconds = (ledger.percentile(0.5), ledger.percentile(0.95), max(ledger.seconds))
        report.note("seconds of a turn, p50 / p95 / longest", " / ".join(f"{each:.2f}" for each in seconds))
        report.note("refused", ", ".join(f"{n} x {what}" for what, n in ledger.refused.items()) or 0)
    for name, tolerance in _TOLERANCES.items():
        _judge(name, samples, tolerance, report)
    report.hold("nobody is refused", kept=not ledger.refused)
    return report


def _judge(name: str, samples: _Samples, tolerance: float, report: Report) -> None:
    first = round(len(samples.at) * _WARM_SHARE)
    at, values = samples.at[first:], samples.values[name][first:]
    middle = len(values) // 2
    early, late = statistics.median(values[:middle]), statistics.median(values[middle:])
    slope = statistics.linear_regression(at, values).slope * 60
    report.note(name, f"{early:.0f} -> {late:.0f} (slope {slope:+.2f} a minute)")
    report.hold(f"{name} is flat", kept=late - early <= tolerance)


def main() -> None:
    """Soak and print a table; the exit code is 1 when something grew."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--learners", type=int, default=2)
    arguments = parser.parse_args()
    report = soak(arguments.minutes, threads=arguments.learners)
    report.show()
    sys.exit(bool(report.broken))


if __name__ == "__main__":
    main()

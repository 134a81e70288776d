"""Seconds from starting the process to a healthy ``/health``: ``python -m bench.startup [--runs 5]``."""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from bench.running_app import RunningApp

__all__ = ["main"]


def measure(folder: Path) -> tuple[float, float]:
    """Start once and stop; return seconds to the first 200 and seconds to end after SIGTERM."""
    app = RunningApp(folder, {})
    begun = time.perf_counter()
    app.start()
    app.wait()
    healthy = time.perf_counter() - begun
    _, ended = app.stop()
    return healthy, ended


def main() -> None:
    """Print a table: the first start creates the database, the later ones open it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs: int = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        results = [measure(Path(folder) / "data") for _ in range(runs + 1)]
    later = results[1:]
    print("| start | to a healthy /health | to the end after SIGTERM |")
    print("|---|---|---|")
    print(f"| first (creates the database) | {results[0][0]:.1f} s | {results[0][1]:.1f} s |")
    print(f"| later, median of {runs} | {statistics.median(healthy for healthy, _ in later):.1f} s", end=" | ")
    print(f"{statistics.median(ended for _, ended in later):.1f} s |")


if __name__ == "__main__":
    main()

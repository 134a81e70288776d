"""Resident memory of the process, idle and with open lessons: ``python -m bench.memory [--sessions 20]``."""

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

import httpx
import psutil
from playwright.sync_api import sync_playwright

from bench.latency import on_the_page, open_lesson
from bench.running_app import RunningApp, running_app

__all__ = ["main"]

_SETTLE_SECONDS: Final = 10.0
_OWN_TOPIC: Final = ("A gambit gives a pawn away to win time.", "打劫的时候要先在别处下一手。")
_MEGABYTE: Final = 1024 * 1024


def resident(app: RunningApp) -> float:
    """Return the resident set of the process in MB."""
    used: int = psutil.Process(app.pid).memory_info().rss
    return used / _MEGABYTE


def main() -> None:
    """Print a table; each session is a browser tab of its own with one turn taught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=20)
    sessions: int = parser.parse_args().sessions
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "data") as app,
        sync_playwright() as driver,
    ):
        time.sleep(_SETTLE_SECONDS)
        idle = resident(app)
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for _ in range(sessions):
            page = browser.new_context(locale="en-US").new_page()
            open_lesson(page, app)
            on_the_page(page, 1)
        busy = resident(app)
        browser.close()
        for text in _OWN_TOPIC:
            body = {"topic": "My own topic", "explanation": text}
            httpx.post(f"{app.sidecar}/chat", json=body, timeout=60).raise_for_status()
        own = resident(app)
    print("| process | resident memory |")
    print("|---|---|")
    print(f"| idle, {_SETTLE_SECONDS:.0f} s after start | {idle:.0f} MB |")
    print(f"| {sessions} open sessions, one turn each | {busy:.0f} MB |")
    print(f"| and a turn without a reference in each language (word frequencies) | {own:.0f} MB |")


if __name__ == "__main__":
    main()

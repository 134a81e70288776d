"""Looking at a running application while something is wrong with it."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx

from bench.faults.load import Ledger
from bench.running_app import RunningApp

__all__ = ["alive", "ended", "health", "taught", "until"]

_SECONDS: Final = 15.0


@contextmanager
def ended(app: RunningApp) -> Iterator[RunningApp]:
    """Leave nothing running, whatever happens in the block."""
    try:
        yield app
    finally:
        if app.process is not None:
            app.stop(signal.SIGKILL)


def health(app: RunningApp) -> tuple[int, dict[str, Any]]:
    """The status code of ``/health`` and its body; 0 when nothing answers."""
    try:
        answer = httpx.get(f"{app.sidecar}/health", timeout=_SECONDS)
        body: dict[str, Any] = answer.json()
    except (httpx.TransportError, ValueError):
        return 0, {"status": "silent", "checks": {}}
    return answer.status_code, body


def alive(app: RunningApp) -> bool:
    """Whether the process still runs."""
    return app.process is not None and app.process.poll() is None


def until(there: Callable[[], bool], seconds: float) -> float | None:
    """Wait until ``there()``, at most ``seconds``; return how long that took, ``None`` when it did not come."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if there():
            return time.monotonic() - begun
        time.sleep(0.1)
    return None


def taught(ledger: Ledger, more: int = 3, seconds: float = 30.0) -> float | None:
    """Wait until ``more`` turns have been answered; return how long that took, ``None`` when they were not."""
    enough = len(ledger.turns) + more
    return until(lambda: len(ledger.turns) >= enough, seconds)

"""The language model's endpoint is dead, answers errors, keeps silent, and flaps."""

import tempfile
import time
from pathlib import Path
from typing import Final

from bench.faults.endpoint import Endpoint, Mode, endpoint
from bench.faults.load import UNLIMITED, Ledger, load
from bench.faults.report import Report
from bench.faults.watching import alive, health, taught, until
from bench.running_app import RunningApp

__all__ = ["model"]

# How long each lasts. Silence costs a turn its whole patience.
_PHASES: Final[tuple[tuple[Mode, float], ...]] = (
    ("dead", 10.0),
    ("error", 10.0),
    ("flapping", 20.0),
    ("silent", 150.0),
)
# A call that is silent takes 90 s to its end, and the circuit that it opens 60 s to its probe.
_BACK_SECONDS: Final = 180.0
_OK: Final = 200


def model(phases: tuple[tuple[Mode, float], ...] = _PHASES, *, patience: float = _BACK_SECONDS) -> Report:
    """Let two learners teach through the ``phases``; between two of them the endpoint works again.

    The model must be used again within ``patience`` seconds; 0 does not wait for that.
    """
    report = Report("model endpoint dead, failing, flapping, silent")
    with tempfile.TemporaryDirectory() as folder, endpoint() as server:
        environment = {
            **UNLIMITED,
            "FEYNMAN_ENGINE": "openai",
            "FEYNMAN_LLM_BASE_URL": server.url,
            "FEYNMAN_LLM_MODEL": "fault-1",
        }
        app = RunningApp(Path(folder) / "data", environment)
        app.start()
        try:
            app.wait()
            warm = Ledger()
            with load(app.sidecar, warm, threads=1, memorize=False):
                taught(warm)
            report.note("up: turns / by the stand-in", f"{len(warm.turns)} / {warm.degraded}")
            for mode, seconds in phases:
                _phase(app, server, mode, seconds, patience, report)
            report.hold("the process lives", kept=alive(app))
        finally:
            app.stop()
    return report


def _phase(app: RunningApp, server: Endpoint, mode: Mode, seconds: float, patience: float, report: Report) -> None:
    ledger, calls = Ledger(), server.calls
    server.mode = mode
    with load(app.sidecar, ledger, threads=2, pause=0.2, memorize=False):
        time.sleep(seconds)
        status, found = health(app)
        said = found["checks"].get("model", {}).get("detail")
        calls = server.calls - calls
        own = len(ledger.turns) - ledger.degraded
        server.mode = "up"
        back = until(lambda: len(ledger.turns) - ledger.degraded > own, patience)
    spread = f"{ledger.percentile(0.5):.2f} / {max(ledger.seconds, default=0.0):.2f}"
    report.note(f"{mode} for {seconds:g} s: turns / by the stand-in", f"{len(ledger.turns)} / {ledger.degraded}")
    report.note(f"{mode}: calls the endpoint got", calls)
    report.note(f"{mode}: seconds of a turn, median / longest", spread)
    report.note(f"{mode}: /health", f"{status}, model: {said}")
    report.note(f"{mode}: seconds until the model was used again", "never" if back is None else f"{back:.1f}")
    report.hold(f"{mode}: every turn is answered", kept=not ledger.refused and bool(ledger.turns))
    report.hold(f"{mode}: /health is 200", kept=status == _OK)
    report.hold(f"{mode}: the model is used again", kept=back is not None or patience == 0)

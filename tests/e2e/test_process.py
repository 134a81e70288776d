"""The process: starts before any browser, one sidecar, ends cleanly, says plainly what is wrong."""

import signal
import socket
from pathlib import Path

import httpx
import pytest

from bench.running_app import RunningApp, running_app


def test_health_answers_before_any_browser(tmp_path: Path) -> None:
    """Nobody has opened a page and /health is 200, with one entry per part."""
    with running_app(tmp_path / "data") as app:
        body = httpx.get(f"{app.sidecar}/health").json()
        assert {"database", "chroma", "workers", "disk"} <= set(body["checks"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_the_process_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end it within ten seconds without a traceback, and it starts again on the same files."""
    app = RunningApp(tmp_path / "data", {})
    app.start()
    app.wait()
    answer = httpx.post(f"{app.sidecar}/chat", json={"topic": "Tea", "explanation": "Water is hot."}, timeout=30)
    assert answer.status_code == 200
    _, seconds = app.stop(number)
    assert seconds < 10
    assert "Traceback" not in app.output(), app.output()[-3000:]
    app.start()
    app.wait()
    app.stop()


def test_a_busy_port_is_a_plain_error(tmp_path: Path) -> None:
    """When the sidecar's port is taken the process ends and names the setting, without a traceback."""
    app = RunningApp(tmp_path / "data", {})
    with socket.create_server(("127.0.0.1", app.sidecar_port)):
        app.start()
        assert app.process is not None
        assert app.process.wait(30) != 0
    assert "FEYNMAN_SIDECAR_PORT" in app.output()
    assert "Traceback" not in app.output()


def test_an_unknown_setting_is_a_plain_error(tmp_path: Path) -> None:
    """A mistyped setting ends the process and is named."""
    app = RunningApp(tmp_path / "data", {"FEYNMAN_SIDECAR_PROT": "1"})
    app.start()
    assert app.process is not None
    assert app.process.wait(30) != 0
    assert "FEYNMAN_SIDECAR_PROT" in app.output()


def test_two_processes_do_not_share_a_folder(tmp_path: Path) -> None:
    """A second process on the same data folder is refused and the first goes on."""
    with running_app(tmp_path / "data") as first:
        second = RunningApp(tmp_path / "data", {})
        second.log = tmp_path / "second.log"
        second.start()
        assert second.process is not None
        assert second.process.wait(30) != 0
        assert "FEYNMAN_DATA_DIR" in second.output()
        assert first.wait()["status"] != "unhealthy"

"""Start the real application as a user would, on free ports and a folder of its own, and end it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

__all__ = ["ROOT", "RunningApp", "free_port", "running_app"]

ROOT: Final = Path(__file__).parents[1]
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 15.0


def free_port() -> int:
    """Return a port that is free on loopback right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RunningApp:
    """One ``streamlit run`` process of ``script``; its output goes to ``log``."""

    def __init__(self, data_dir: Path, environment: Mapping[str, str], script: str = "app.py") -> None:
        self._script = script
        self.page_port, self.sidecar_port = free_port(), free_port()
        self.log = data_dir.parent / f"{data_dir.name}.log"
        self.data_dir = data_dir
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("FEYNMAN_", "OPENAI_"))}
        self._environment = {
            **inherited,
            "FEYNMAN_DATA_DIR": str(data_dir),
            "FEYNMAN_SIDECAR_PORT": str(self.sidecar_port),
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def page(self) -> str:
        """The page's address."""
        return f"http://127.0.0.1:{self.page_port}"

    @property
    def sidecar(self) -> str:
        """The sidecar's address."""
        return f"http://127.0.0.1:{self.sidecar_port}"

    @property
    def pid(self) -> int:
        """The process id."""
        if self.process is None:
            raise RuntimeError("the application is not running")
        return self.process.pid

    def start(self) -> None:
        """Start the process."""
        command = [sys.executable, "-m", "streamlit", "run", self._script, "--server.port", str(self.page_port)]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=output, stderr=subprocess.STDOUT
            )

    def wait(self, status: int = 200, seconds: float = _START_SECONDS) -> dict[str, object]:
        """Wait until ``/health`` answers ``status`` and return its body.

        Raises:
            TimeoutError: it did not within ``seconds``, or the process ended.
        """
        last = "no answer"
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process is not None and self.process.poll() is None:
            try:
                answer = httpx.get(f"{self.sidecar}/health", timeout=5)
                if answer.status_code == status:
                    body: dict[str, object] = answer.json()
                    return body
                last = f"{answer.status_code} {answer.text}"
            except httpx.TransportError as error:
                last = type(error).__name__
            time.sleep(0.05)
        raise TimeoutError(f"/health: {last}\n{self.output()[-4000:]}")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Send a signal and return the exit code and the seconds it took to end."""
        if self.process is None:
            raise RuntimeError("the application is not running")
        begun = time.monotonic()
        self.process.send_signal(number)
        try:
            code = self.process.wait(_STOP_SECONDS)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
        self.process = None
        return code, time.monotonic() - begun

    def output(self) -> str:
        """All that the process has printed."""
        return self.log.read_text("utf-8", errors="replace")


@contextmanager
def running_app(
    data_dir: Path, environment: Mapping[str, str] | None = None, script: str = "app.py"
) -> Iterator[RunningApp]:
    """Start the application, wait until it is healthy, and end it afterwards."""
    app = RunningApp(data_dir, environment or {}, script)
    app.start()
    try:
        app.wait()
        yield app
    finally:
        if app.process is not None:
            app.stop()

"""A whole Feynman on a free port, and a way to it that breaks."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from feynman.lifecycle import Application
from feynman.settings import Settings


@pytest.fixture(scope="package")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The real application with the built-in student, its sidecar on a free port."""
    folder: Path = tmp_path_factory.mktemp("feynman")
    running = Application.start(Settings.model_validate({"data_dir": folder, "sidecar_port": 0, "engine": "builtin"}))
    yield running
    running.close()


@pytest.fixture(scope="package")
def url(application: Application) -> str:
    """Where its API is."""
    assert application.sidecar is not None
    return application.sidecar.url


_LAST_CHUNK = b"\r\n0\r\n\r\n"


class Cutter:
    """Stands between client and server; each connection is cut after the next of ``limits`` answered bytes.

    ``late`` cuts only when the server has sent its whole answer.
    """

    def __init__(self, port: int, limits: list[int | None], *, late: bool = False) -> None:
        self.connections = 0
        self._target = port
        self._limits = limits
        self._late = late
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._open = ExitStack()
        self._main = threading.Thread(target=self._accept)
        self._main.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """End every connection."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._main.join(5)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)
        self._open.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            limit = self._limits[self.connections] if self.connections < len(self._limits) else None
            self.connections += 1
            far = socket.create_connection(("127.0.0.1", self._target))
            self._open.enter_context(near)
            self._open.enter_context(far)
            for source, target, most in ((near, far, None), (far, near, limit)):
                thread = threading.Thread(target=_forward, args=(source, target, most, self._late))
                thread.start()
                self._threads.append(thread)


def _forward(source: socket.socket, target: socket.socket, most: int | None, late: bool) -> None:  # noqa: FBT001 # private
    passed = b""
    with suppress(OSError):
        while chunk := source.recv(65_536):
            if most is None:
                target.sendall(chunk)
                continue
            target.sendall(chunk[: max(0, most - len(passed))])
            passed += chunk
            if len(passed) >= most and (not late or passed.endswith(_LAST_CHUNK)):
                break
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)

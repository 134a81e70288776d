"""uvicorn on a thread of its own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final, Self

import structlog
import uvicorn
from starlette.types import ASGIApp

from feynman.domain import ServiceUnavailable
from feynman.sidecar.doorkeeper import PATIENCE, Patience, guarded_protocol
from feynman.sidecar.sockets import listen

__all__ = ["Sidecar", "SidecarUnavailable"]

log = structlog.get_logger("feynman.sidecar")

_GRACE_SECONDS: Final = 5
_FORCE_SECONDS: Final = 2.0
_ANYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (it is looked up, not bound)


class SidecarUnavailable(ServiceUnavailable):
    """The sidecar's thread did not come up."""

    part = "sidecar"


class _Server(uvicorn.Server):
    """Says when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.settled.set()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            super().run(sockets)
        except (OSError, SystemExit):
            log.exception("sidecar_thread_ended")
        finally:
            self.settled.set()


class Sidecar:
    """Serves an ASGI application on ``host`` and ``port`` (0: a free one, taken anew at each start)."""

    def __init__(self, host: str, port: int, *, patience: Patience = PATIENCE) -> None:
        self._host = host
        self._patience = patience
        self._wanted = port
        self._socket: socket.socket | None = None
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._port = port

    @classmethod
    @contextmanager
    def bound(cls, host: str, port: int) -> Iterator[Self]:
        """Hold the port while the application is built; unless it is being served at the end, give it back.

        Raises:
            PortBusy, ConfigurationError: as ``bind``.
        """
        sidecar = cls(host, port)
        sidecar.bind()
        with ExitStack() as stack:
            stack.callback(sidecar.stop)
            yield sidecar
            if sidecar.running:
                stack.pop_all()

    @property
    def port(self) -> int:
        """The port, the real one once bound."""
        return self._port

    @property
    def url(self) -> str:
        """Where this machine reaches the sidecar."""
        host = _ANYWHERE.get(self._host, self._host)
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    @property
    def running(self) -> bool:
        """Whether requests are answered."""
        return self._thread is not None and self._thread.is_alive()

    def bind(self) -> None:
        """Take the port; callers wait in line until ``start``.

        Raises:
            PortBusy: somebody else listens there; the message names the setting.
            ConfigurationError: the address or port can't be used.
        """
        if self._socket is None:
            self._socket = listen(self._host, self._wanted)
            self._port = self._socket.getsockname()[1]

    def start(self, app: ASGIApp, timeout: float = 10.0) -> None:
        """Serve ``app`` and return when it answers, at most ``timeout`` seconds later. Does nothing when running.

        Raises:
            PortBusy, ConfigurationError: as ``bind``.
            SidecarUnavailable: the thread ended or did not get there in time.
        """
        if self.running:
            return
        self.bind()
        self._server = server = _Server(_config(app, self._patience))
        self._thread = threading.Thread(target=server.run, args=([self._socket],), name="feynman-sidecar", daemon=True)
        self._thread.start()
        if not server.settled.wait(timeout) or not server.started:
            self.stop()
            raise SidecarUnavailable("the sidecar's thread did not start serving")
        log.info("sidecar_started", url=self.url)

    def stop(self, timeout: float = 10.0) -> bool:
        """Finish what is being answered, then end; whether the thread ended within ``timeout`` seconds. Idempotent."""
        ended = self._join(timeout)
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        return ended

    def _join(self, timeout: float) -> bool:
        if self._server is None or self._thread is None:
            return True
        self._server.should_exit = True
        self._thread.join(timeout)
        if self._thread.is_alive():
            self._server.force_exit = True
            self._thread.join(_FORCE_SECONDS)
        ended = not self._thread.is_alive()
        log.info("sidecar_stopped", ended=ended)
        self._server = self._thread = None
        return ended


def _config(app: ASGIApp, patience: Patience) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="asyncio",
        http=guarded_protocol(patience),
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=patience.head_bytes,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )

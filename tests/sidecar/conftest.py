"""A real sidecar, with an application of its own for each test."""

import io
import logging
from collections.abc import Callable, Iterator

import httpx
import pytest
import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from feynman.observability import logs
from feynman.sidecar import Sidecar, create_app
from feynman.sidecar.services import SidecarServices
from tests.sidecar.backend import ScriptedServices

Serve = Callable[..., httpx.Client]


class Stage:
    """Serves whatever application stands on it: starting a server for each test would take most of the time."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        await self.app(scope, receive, send)


@pytest.fixture(autouse=True)
def lines() -> Iterator[io.StringIO]:
    """The log lines, as JSON; afterwards logging is as it was."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    stream = io.StringIO()
    logs.configure("INFO", "json", stream=stream)
    yield stream
    for handler in [known for known in root.handlers if known not in handlers]:
        root.removeHandler(handler)
    root.setLevel(level)
    logging.getLogger("feynman").setLevel(logging.NOTSET)
    structlog.reset_defaults()


@pytest.fixture(scope="package")
def stage() -> Iterator[tuple[Stage, str]]:
    """One sidecar for all tests and its address."""
    stage, sidecar = Stage(), Sidecar("127.0.0.1", 0)
    sidecar.start(stage)
    yield stage, sidecar.url
    assert sidecar.stop()


@pytest.fixture
def serve(stage: tuple[Stage, str]) -> Iterator[Serve]:
    """Serve services, scripted ones by default, and return a client; keywords go to ``create_app``."""
    platform, url = stage
    with httpx.Client(base_url=url, timeout=10, trust_env=False) as client:

        def start(services: SidecarServices | None = None, **options: object) -> httpx.Client:
            platform.app = create_app(ScriptedServices() if services is None else services, **options)  # type: ignore[arg-type] # options are of several kinds
            return client

        yield start


@pytest.fixture
def services() -> ScriptedServices:
    """Scripted services that play a whole turn."""
    return ScriptedServices()


@pytest.fixture
def client(serve: Serve, services: ScriptedServices) -> httpx.Client:
    """A client of a sidecar on ``services``."""
    return serve(services)

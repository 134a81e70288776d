"""One application per process."""

import socket
import threading
from collections.abc import Iterator

import httpx
import pytest

from feynman.domain import PortBusy
from feynman.lifecycle import Application
from tests.container.conftest import Make


@pytest.fixture
def application(make: Make) -> Iterator[Application]:
    """A running application with its sidecar."""
    running = Application.start(make())
    yield running
    running.close()


def test_there_is_one_however_often_it_is_started(application: Application, make: Make) -> None:
    """Starts from many threads, as from reruns and sessions, all find the same application."""
    found: list[Application] = []
    threads = [threading.Thread(target=lambda: found.append(Application.start(make()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert all(each is application for each in found)
    assert Application.current() is application
    assert sum(thread.name == "feynman-sidecar" for thread in threading.enumerate()) == 1


def test_the_sidecar_answers_and_ends(make: Make) -> None:
    """HTTP is served between start and close, and nowhere after."""
    running = Application.start(make())
    assert running.sidecar is not None
    url = running.sidecar.url
    try:
        assert httpx.get(f"{url}/health/live").status_code == 200
        body = {"topic": "Buoyancy", "explanation": "Water pushes things up."}
        answer = httpx.post(f"{url}/chat", json=body, timeout=30)
        assert answer.status_code == 200
        assert answer.json()["engine"] == "builtin"
        assert len(answer.json()["coverage"]) >= 4
    finally:
        running.close()
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{url}/health/live")


def test_a_busy_port_touches_no_file(make: Make) -> None:
    """When the port is taken the start fails before the data folder exists."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = make(sidecar_port=taken.getsockname()[1])
        with pytest.raises(PortBusy, match="FEYNMAN_SIDECAR_PORT"):
            Application.start(settings)
    assert not settings.data_dir.exists()


def test_pages_alone_need_no_sidecar(make: Make) -> None:
    """Without a sidecar the container is there and nothing listens."""
    running = Application.start(make(), sidecar=False)
    try:
        assert running.sidecar is None
        assert running.container.problem is None
    finally:
        running.close()

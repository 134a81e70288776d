"""One application per process."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from feynman.domain import PortBusy
from feynman.engines.scripted import Script, ScriptedStudent
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


def test_the_end_waits_for_a_turn_and_takes_no_other(make: Make) -> None:
    """While it closes the process is alive and not ready, refuses new turns, and answers the one that runs."""
    going_on = asyncio.Event()
    script = Script(hold_examine=going_on, reply=("I see.",))
    running = Application.start(make(shutdown_seconds=40), student=lambda _: ScriptedStudent([script]))
    assert running.sidecar is not None
    body = {"topic": "Tea", "explanation": "Water is hot."}
    with ThreadPoolExecutor(2) as pool, httpx.Client(base_url=running.sidecar.url, timeout=60) as client:
        turn = pool.submit(httpx.post, f"{running.sidecar.url}/chat", json=body, timeout=60)
        _taken(running)
        closing = pool.submit(running.close)
        try:
            while (ready := client.get("/health/ready")).status_code == 200:
                time.sleep(0.02)
            assert ready.status_code == 503
            assert client.get("/health/live").status_code == 200
            refused = client.post("/chat", json=body)
            assert (refused.status_code, refused.json()["code"]) == (503, "shutting_down")
        finally:
            running.container.loop.loop.call_soon_threadsafe(going_on.set)
        answer = turn.result(60)
        closing.result(60)
    assert answer.status_code == 200
    assert answer.json()["reply"] == "I see."


def _taken(running: Application) -> None:
    """Wait until a turn runs."""
    deadline = time.monotonic() + 30
    while not running.container.study._turnstile._active:
        assert time.monotonic() < deadline
        time.sleep(0.02)

import asyncio
import io
import json
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from feynman.domain import ConfigurationError, PortBusy, ServiceUnavailable
from feynman.sidecar import Sidecar, create_app
from tests.sidecar.backend import ScriptedServices
from tests.sidecar.conftest import Serve

BODY = {"topic": "Tea", "explanation": "Leaves give colour to water."}


@pytest.fixture
def sidecar() -> Iterator[Sidecar]:
    """A sidecar on a free port, stopped afterwards."""
    made = Sidecar("127.0.0.1", 0)
    yield made
    made.stop()


def _events(lines: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_it_answers_as_soon_as_it_is_started(sidecar: Sidecar) -> None:
    """When start returns requests are answered, on a thread of its name."""
    sidecar.start(create_app(ScriptedServices()))
    assert sidecar.running
    assert httpx.get(f"{sidecar.url}/health/live").status_code == 200
    assert "feynman-sidecar" in {thread.name for thread in threading.enumerate()}


def test_a_free_port_is_found_and_logged(sidecar: Sidecar, lines: io.StringIO) -> None:
    """Port 0 takes a free one and says which."""
    sidecar.start(create_app(ScriptedServices()))
    assert sidecar.port != 0
    (started,) = [event for event in _events(lines) if event["event"] == "sidecar_started"]
    assert started["url"] == sidecar.url == f"http://127.0.0.1:{sidecar.port}"


def test_starting_twice_changes_nothing(sidecar: Sidecar) -> None:
    """A second start while it runs is ignored."""
    sidecar.start(create_app(ScriptedServices()))
    port = sidecar.port
    sidecar.start(create_app(ScriptedServices()))
    assert sidecar.port == port


def test_a_busy_port_is_a_loud_error(sidecar: Sidecar) -> None:
    """A taken port raises at once, names the setting, and leaves the one who has it alone."""
    sidecar.start(create_app(ScriptedServices()))
    second = Sidecar("127.0.0.1", sidecar.port)
    with pytest.raises(PortBusy, match="FEYNMAN_SIDECAR_PORT"):
        second.start(create_app(ScriptedServices()))
    assert not second.running
    assert second.stop()
    assert httpx.get(f"{sidecar.url}/health/live").status_code == 200


def test_a_port_that_is_only_held_is_busy_too() -> None:
    """Holding the port while the application is built keeps others out, and a failure gives it back."""
    with Sidecar.bound("127.0.0.1", 0) as held:
        port = held.port
        with pytest.raises(PortBusy), Sidecar.bound("127.0.0.1", port):
            pass
    with Sidecar.bound("127.0.0.1", port) as again:
        assert again.port == port


def test_what_is_served_outlives_the_block() -> None:
    """A sidecar that was started inside the block keeps running after it."""
    with Sidecar.bound("127.0.0.1", 0) as sidecar:
        sidecar.start(create_app(ScriptedServices()))
    assert httpx.get(f"{sidecar.url}/health/live").status_code == 200
    assert sidecar.stop()


def test_a_failure_in_the_block_stops_it() -> None:
    """When the block fails, even after the start, nothing stays behind."""
    started: list[Sidecar] = []

    def fail() -> None:
        with Sidecar.bound("127.0.0.1", 0) as sidecar:
            sidecar.start(create_app(ScriptedServices()))
            started.append(sidecar)
            raise ConfigurationError("later")

    with pytest.raises(ConfigurationError, match="later"):
        fail()
    assert not started[0].running


@pytest.mark.parametrize(
    ("host", "port", "setting"),
    [("192.0.2.7", 0, "FEYNMAN_SIDECAR_HOST"), ("no.such.host.invalid", 0, "FEYNMAN_SIDECAR_HOST")],
)
def test_an_impossible_address_is_named(host: str, port: int, setting: str) -> None:
    """An address that is not this machine's is a configuration error that names the setting."""
    with pytest.raises(ConfigurationError, match=setting):
        Sidecar(host, port).bind()


def test_it_starts_again_on_the_same_port() -> None:
    """After a stop the same port can be served again at once, by the same object or another."""
    first = Sidecar("127.0.0.1", 0)
    first.start(create_app(ScriptedServices()))
    with httpx.Client() as kept_alive:
        assert kept_alive.get(f"{first.url}/health/live").status_code == 200
        port = first.port
        assert first.stop()
    assert first.stop()
    assert not first.running
    second = Sidecar("127.0.0.1", port)
    for _ in range(2):
        second.start(create_app(ScriptedServices()))
        assert httpx.get(f"{second.url}/health/live").status_code == 200
        assert second.stop()


def test_a_thread_that_ends_is_an_error(sidecar: Sidecar, lines: io.StringIO) -> None:
    """When the server cannot come up start raises and the log says why."""
    sidecar.bind()
    assert sidecar._socket is not None
    sidecar._socket.close()
    with pytest.raises(ServiceUnavailable):
        sidecar.start(create_app(ScriptedServices()))
    assert not sidecar.running
    assert "sidecar_thread_ended" in {event["event"] for event in _events(lines)}


def test_stop_does_not_wait_for_ever() -> None:
    """A request that never ends is cut off at shutdown."""
    entered = threading.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        entered.set()
        await asyncio.Event().wait()

    sidecar = Sidecar("127.0.0.1", 0)
    sidecar.start(endless)
    with socket.create_connection(("127.0.0.1", sidecar.port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert entered.wait(5)
        started = time.monotonic()
        assert sidecar.stop(timeout=0.2)
    assert time.monotonic() - started < 3


def test_a_running_turn_is_finished_at_stop() -> None:
    """A turn that is being answered when the sidecar stops still gets its answer."""
    services = ScriptedServices(pause=0.05)
    sidecar = Sidecar("127.0.0.1", 0)
    sidecar.start(create_app(services))
    answers: list[int] = []
    caller = threading.Thread(target=lambda: answers.append(httpx.post(f"{sidecar.url}/chat", json=BODY).status_code))
    caller.start()
    while not services.explained:
        time.sleep(0.005)
    assert sidecar.stop()
    caller.join(5)
    assert answers == [200]


def test_ipv6_and_wildcards_have_usable_urls() -> None:
    """The url can be opened on this machine whatever the sidecar listens on."""
    assert Sidecar("::1", 1).url == "http://[::1]:1"
    assert Sidecar("::", 1).url == "http://[::1]:1"
    assert Sidecar("0.0.0.0", 1).url == "http://127.0.0.1:1"  # noqa: S104 (nothing is bound)


def test_nagle_is_off(sidecar: Sidecar) -> None:
    """The listening socket names TCP, which is what makes asyncio send small answers at once."""
    sidecar.bind()
    assert sidecar._socket is not None
    assert sidecar._socket.proto == socket.IPPROTO_TCP


def test_a_client_that_leaves_cancels_the_turn(serve: Serve) -> None:
    """Closing the connection during a turn closes its events, long before the turn would end."""
    services = ScriptedServices(script=[None])
    client = serve(services)
    body = json.dumps(BODY).encode()
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as connection:
        connection.sendall(
            b"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body) + body
        )
        assert services.waiting.wait(5)
    assert services.closed.wait(2)
    assert services.counted(1)['api_requests_total{method="POST",endpoint="/chat",status="499"}'] == 1
    assert services.metrics.snapshot()["api_active_connections"] == 0


async def test_fifty_requests_at_once(serve: Serve) -> None:
    """Fifty turns at the same time all get their own answers."""
    services = ScriptedServices(pause=0.01)
    url = serve(services).base_url
    async with httpx.AsyncClient(base_url=url, timeout=20, trust_env=False) as client:
        answers = await asyncio.gather(
            *(client.post("/chat", json={**BODY, "session_id": f"s-{number}"}) for number in range(50))
        )
    assert {answer.status_code for answer in answers} == {200}
    assert [answer.json()["session_id"] for answer in answers] == [f"s-{number}" for number in range(50)]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 50
    assert services.counted(50)["api_requests_total"] == 50
    assert services.metrics.snapshot()["api_active_connections"] == 0


def test_requests_are_logged_without_words(serve: Serve, lines: io.StringIO) -> None:
    """One line per request that is no probe, with its id and route, and nothing that somebody wrote or asked for."""
    services = ScriptedServices()
    client = serve(services)
    client.post("/chat", json=BODY, headers={"X-Request-ID": "r-7"})
    client.get("/secret-path?secret-query")
    client.get("/health/live")
    client.post("/chat", json={**BODY, "language": "secret-language"})
    services.counted(4)
    finished = [event for event in _events(lines) if event["event"] == "request_finished"]
    assert [(event["endpoint"], event["status"]) for event in finished] == [("/chat", 200), (None, 404), ("/chat", 422)]
    assert finished[0]["request_id"] == "r-7"
    assert "secret" not in lines.getvalue()
    assert "Leaves" not in lines.getvalue()


def test_other_protocols_pass_by() -> None:
    """What is no HTTP request goes through the middleware untouched."""
    sent: list[str] = []

    async def run() -> None:
        messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

        async def receive() -> dict[str, str]:
            return next(messages)

        async def send(message: object) -> None:
            assert isinstance(message, dict)
            sent.append(message["type"])

        await create_app(ScriptedServices())({"type": "lifespan", "app": None}, receive, send)

    asyncio.run(run())
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]

"""A real sidecar with little patience, and raw connections that do not behave."""

import contextlib
import io
import json
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from feynman.sidecar import Sidecar, create_app
from feynman.sidecar.doorkeeper import Patience
from tests.sidecar.backend import ScriptedServices

HASTY = Patience(head_seconds=0.3, head_bytes=4_096, unread_seconds=0.3, connections=40)
ASKED = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
BODY = json.dumps({"topic": "Tea", "explanation": "Leaves give colour to water."}).encode()
PIECE = b"x" * 65_536


async def _plenty(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with more than the system keeps for a client that does not read."""
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(1_000):
        await send({"type": "http.response.body", "body": PIECE, "more_body": True})


@contextlib.contextmanager
def _served(patience: Patience = HASTY, services: ScriptedServices | None = None) -> Iterator[Sidecar]:
    sidecar = Sidecar("127.0.0.1", 0, patience=patience)
    sidecar.start(create_app(ScriptedServices() if services is None else services))
    try:
        yield sidecar
    finally:
        assert sidecar.stop()


@pytest.fixture
def sidecar() -> Iterator[Sidecar]:
    """A sidecar with little patience."""
    with _served() as served:
        yield served


def _connect(sidecar: Sidecar) -> socket.socket:
    return socket.create_connection(("127.0.0.1", sidecar.port), timeout=10)


def _answered(connection: socket.socket) -> bool:
    """Whether a whole answer to ``ASKED`` comes."""
    told = b""
    while not told.endswith(b"}"):
        told += connection.recv(4_096)
    return told.startswith(b"HTTP/1.1 200")


def _drip(connection: socket.socket) -> None:
    """Send headers for ten seconds, one at a time."""
    for _ in range(200):
        connection.sendall(b"X-A: b\r\n")
        time.sleep(0.05)


def _is_closed(connection: socket.socket) -> bool:
    """Whether the other side ends the connection, within the socket's ten seconds."""
    try:
        while connection.recv(65_536):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


def test_two_hundred_silent_connections_shut_nobody_out() -> None:
    """Connections that say nothing are let go, and meanwhile others are answered."""
    with _served(Patience(head_seconds=0.5)) as sidecar, contextlib.ExitStack() as stack:
        silent = [stack.enter_context(_connect(sidecar)) for _ in range(200)]
        assert httpx.get(f"{sidecar.url}/health/live").status_code == 200
        assert all(_is_closed(connection) for connection in silent)
        assert httpx.get(f"{sidecar.url}/health/live").status_code == 200


def test_headers_that_come_by_drops_are_cut_off(sidecar: Sidecar) -> None:
    """A client that keeps sending a little of its headers does not win more time by it."""
    with _connect(sidecar) as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\n")
        with pytest.raises(ConnectionError):
            _drip(connection)


def test_the_second_request_has_to_come_too(sidecar: Sidecar) -> None:
    """A connection that has been answered once may not stop in the middle of its next request."""
    with _connect(sidecar) as connection:
        connection.sendall(ASKED)
        assert _answered(connection)
        connection.sendall(ASKED[:20])
        assert _is_closed(connection)


def test_a_request_in_two_pieces_is_answered(sidecar: Sidecar) -> None:
    """Somebody slow who gets there in time is served, and served again."""
    with _connect(sidecar) as connection:
        for _ in range(2):
            connection.sendall(ASKED[:20])
            time.sleep(0.05)
            connection.sendall(ASKED[20:])
            assert _answered(connection)


def test_an_answer_may_take_longer_than_a_request() -> None:
    """The time for a request's headers does not run while its answer is worked on, however slowly."""
    with _served(services=ScriptedServices(pause=0.1)) as sidecar:
        answer = httpx.post(f"{sidecar.url}/chat", content=BODY, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() > HASTY.head_seconds


@pytest.mark.parametrize(
    "flood",
    [
        b"X-A: " + b"b" * 100_000,
        b"".join(b"X-%d: b\r\n" % number for number in range(10_000)),
        b"Cookie: " + b"a=b; " * 20_000,
    ],
)
def test_a_flood_of_headers_is_refused(sidecar: Sidecar, flood: bytes) -> None:
    """More bytes of headers than a browser ever sends are not taken in."""
    with _connect(sidecar) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n" + flood)
            assert b"200 OK" not in connection.recv(4_096)
        assert _is_closed(connection)
    assert httpx.get(f"{sidecar.url}/health/live").status_code == 200


def test_who_does_not_read_is_let_go() -> None:
    """A client that leaves its answer lying holds it only for a while."""
    sidecar = Sidecar("127.0.0.1", 0, patience=HASTY)
    sidecar.start(_plenty)
    with _connect(sidecar) as connection:
        connection.sendall(ASKED)
        time.sleep(1.5)
        assert _is_closed(connection)
    assert sidecar.stop()


def test_there_are_only_so_many_connections(lines: io.StringIO) -> None:
    """One connection too many is closed at once and the others stay; the log says so once and not each time."""
    patient = Patience(head_seconds=30, connections=5)
    with _served(patient) as sidecar, contextlib.ExitStack() as stack:
        held = [stack.enter_context(_connect(sidecar)) for _ in range(5)]
        for connection in held:
            connection.sendall(ASKED[:20])
        for _ in range(3):
            with _connect(sidecar) as late:
                assert _is_closed(late)
        for connection in held:
            connection.sendall(ASKED[20:])
            assert _answered(connection)
    assert lines.getvalue().count("connections_refused") == 1

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

from feynman.sidecar import Door, Sidecar, create_app
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


def _told(connection: socket.socket) -> bytes:
    """A whole answer in JSON; its head and body may come apart."""
    told = b""
    while not told.endswith(b"}"):
        told += connection.recv(4_096)
    return told


def _answered(connection: socket.socket) -> bool:
    """Whether a whole answer to ``ASKED`` comes."""
    return _told(connection).startswith(b"HTTP/1.1 200")


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


def _announced(length: int, path: str = "/chat") -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


@pytest.mark.parametrize("rest", [b"hello", b"hel"])
def test_a_body_after_its_answer_holds_no_connection(rest: bytes) -> None:
    """Who is refused before the body has come can't stay by sending it, or some of it, and then nothing."""
    with _served(services=ScriptedServices(token="secret")) as sidecar, _connect(sidecar) as connection:  # noqa: S106 (a made-up one)
        connection.sendall(_announced(5))
        assert _told(connection).startswith(b"HTTP/1.1 401")
        connection.sendall(rest)
        assert _is_closed(connection)


def test_a_body_that_drips_after_its_answer_is_cut_off() -> None:
    """Nor by sending it by drops."""
    with _served(services=ScriptedServices(token="secret")) as sidecar, _connect(sidecar) as connection:  # noqa: S106 (a made-up one)
        connection.sendall(_announced(10_000))
        assert _told(connection).startswith(b"HTTP/1.1 401")
        with pytest.raises(ConnectionError):
            _drip(connection)


def test_after_a_refusal_the_connection_is_used_again() -> None:
    """A client whose body came after its answer is served on the same connection."""
    with _served(services=ScriptedServices(token="secret")) as sidecar, _connect(sidecar) as connection:  # noqa: S106 (a made-up one)
        connection.sendall(_announced(5))
        assert _told(connection).startswith(b"HTTP/1.1 401")
        connection.sendall(b"hello" + ASKED)
        assert _answered(connection)


@pytest.mark.parametrize("ahead", [b"\r\n", ASKED])
@pytest.mark.parametrize("path", ["/chat", "/chat/stream?events=all"])
def test_who_sends_ahead_and_leaves_is_seen_to_leave(path: str, ahead: bytes) -> None:
    """Bytes after the body do not hide that the client has gone: its turn is stopped."""
    services = ScriptedServices(script=[None])
    with _served(services=services) as sidecar:
        with _connect(sidecar) as connection:
            connection.sendall(_announced(len(BODY), path) + BODY + ahead)
            assert services.waiting.wait(5)
        assert services.closed.wait(5)


def test_a_request_sent_ahead_is_answered_in_its_turn() -> None:
    """Two requests at once are answered one after the other, also when they come in more than one piece."""
    with _served(services=ScriptedServices(pause=0.02)) as sidecar, _connect(sidecar) as connection:
        connection.sendall(_announced(len(BODY)) + BODY + ASKED[:20])
        time.sleep(0.05)
        connection.sendall(ASKED[20:])
        told = b""
        while told.count(b"HTTP/1.1 200") < 2 or not told.endswith(b"}"):
            told += connection.recv(4_096)
    assert b'"questions"' in told


def test_what_is_no_http_is_a_problem_too(sidecar: Sidecar) -> None:
    """Bytes that are no request get the API's own form of an error, with an id, and the connection ends."""
    with _connect(sidecar) as connection:
        connection.sendall(b"what is this\r\n\r\n")
        told = b""
        while piece := connection.recv(4_096):
            told += piece
    head, _, body = told.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400")
    assert b"x-content-type-options: nosniff" in head.lower()
    assert json.loads(body)["code"] == "not_http"
    assert json.loads(body)["request_id"].encode() in head


@contextlib.contextmanager
def _everywhere() -> Iterator[Sidecar]:
    """A sidecar on every address of either kind, with two requests a minute for a caller."""
    sidecar = Sidecar("::", 0)
    services = ScriptedServices(host="::", token="secret")  # noqa: S106 (a made-up one)
    sidecar.start(create_app(services, door=Door(per_minute=2, proxies=("127.0.0.1",))))
    try:
        yield sidecar
    finally:
        assert sidecar.stop()


def test_callers_of_a_double_socket_are_told_apart() -> None:
    """A socket for both kinds of addresses calls IPv4 ones by a name of IPv6; they are what they are."""
    with _everywhere() as sidecar, httpx.Client(base_url=f"http://127.0.0.1:{sidecar.port}") as client:
        addresses = ["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.1"]
        statuses = [client.get("/docs", headers={"X-Forwarded-For": address}).status_code for address in addresses]
    assert statuses == [401, 401, 401, 429]

import json
import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.sidecar.backend import ScriptedServices
from tests.sidecar.conftest import Serve

MEBIBYTE = 1024 * 1024
LIMIT = 4 * MEBIBYTE
JSON = {"Content-Type": "application/json"}


def _padded(size: int) -> bytes:
    bare = json.dumps({"topic": "a", "explanation": "b", "padding": ""}).encode()
    return bare[:-2] + b"x" * (size - len(bare)) + b'"}'


def _chunks(body: bytes, size: int = 60_000) -> Iterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.mark.parametrize("chunked", [False, True])
def test_the_limit_is_taken(client: httpx.Client, chunked: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """A body of exactly the limit is read, however it is sent."""
    body = _padded(LIMIT)
    assert client.post("/chat", content=_chunks(body) if chunked else body, headers=JSON).status_code == 200


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [LIMIT + 1, 100 * MEBIBYTE])
def test_more_is_413(client: httpx.Client, services: ScriptedServices, size: int, chunked: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """The bytes that come are counted, not the ones announced; the sender gets its answer."""
    body = _padded(size)
    answer = client.post("/chat", content=_chunks(body) if chunked else body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert services.explained == []
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("character", ["水", "\U00020000"])
def test_the_longest_reference_fits_however_it_is_written(client: httpx.Client, character: str) -> None:
    """200,000 characters to check against and 20,000 of explanation come through as escapes too."""
    body = {
        "topic": character * 200,
        "explanation": character * 20_000,
        "language": "zh",
        "reference": {"key_points": [character * 400] * 50},
        "padding": character * 180_000,
    }
    raw = json.dumps(body).encode()
    assert len(raw) > MEBIBYTE
    assert client.post("/chat", content=raw, headers=JSON).status_code == 200


def test_a_sender_that_asks_first_is_spared_the_way(client: httpx.Client) -> None:
    """Whoever announces too much and waits for our word gets 413 before it has sent a byte of it."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=5) as connection:
        connection.sendall(
            b"POST /chat HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 104857600\r\n\r\n"
        )
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")


def test_an_endless_body_is_cut_off(serve: Serve) -> None:
    """An endless body ends the connection instead of filling memory."""
    client = serve(max_body=65_536)
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=10) as connection:
        connection.sendall(
            b"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        chunk = b"%x\r\n" % 65_536 + b"x" * 65_536 + b"\r\n"
        with pytest.raises(OSError):  # noqa: PT011 (a reset or a broken pipe, as the system likes)
            connection.sendall(chunk * 600)
    assert client.get("/health").status_code == 200


def test_a_body_that_does_not_come_is_408(serve: Serve) -> None:
    """Somebody who opens a request and stops sending does not hold it for ever."""
    client = serve(body_seconds=0.1)
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=5) as connection:
        started = time.monotonic()
        connection.sendall(b"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        assert connection.recv(4096).startswith(b"HTTP/1.1 408")
        assert time.monotonic() - started < 2


def test_leaving_during_an_upload_begins_nothing(serve: Serve) -> None:
    """A body that breaks off is not taken for a whole one, and its client is counted as gone."""
    services = ScriptedServices()
    client = serve(services)
    whole = json.dumps({"topic": "Tea", "explanation": "Leaves."}).encode()
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=5) as connection:
        connection.sendall(
            b"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(whole), whole)
        )
        # The chunk that ends it is still to come when the client leaves.
        while services.metrics.snapshot()["api_active_connections"] == 0:
            time.sleep(0.005)
    values = services.counted(1)
    assert [count for name, count in values.items() if name.startswith("api_client_aborts_total{")] == [1]
    assert services.explained == []

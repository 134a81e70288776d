import contextlib
import json
import socket

import httpx

from feynman.domain import StageStarted
from tests.sidecar.backend import ScriptedServices
from tests.sidecar.conftest import Serve

BODY = {"topic": "Tea", "explanation": "Leaves give colour to water."}
BEGUN = StageStarted(stage="reading", turn_id="t")
STREAM = 'api_response_bytes_total{endpoint="/chat/stream"}'


def _open_stream(client: httpx.Client) -> socket.socket:
    body = json.dumps(BODY).encode()
    connection = socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=10)
    connection.sendall(
        b"POST /chat/stream?events=all HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body) + body
    )
    assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    return connection


def test_a_stream_is_counted_while_it_lasts(serve: Serve) -> None:
    """An answer that is streamed is in the gauge until its last byte, and one that its client left is an abort."""
    waiting = ScriptedServices(script=[BEGUN, None])
    client = serve(waiting)
    with _open_stream(client):
        assert waiting.waiting.wait(5)
        assert waiting.metrics.snapshot()["api_streaming_connections"] == 1
    values = waiting.counted(1)
    assert values["api_streaming_connections"] == 0
    assert values['api_client_aborts_total{endpoint="/chat/stream"}'] == 1


def test_the_bytes_of_an_answer_are_counted(client: httpx.Client, services: ScriptedServices) -> None:
    """As many bytes are counted as came, streamed or not, and nobody left."""
    streamed = client.post("/chat/stream?events=all", json=BODY)
    plain = client.post("/chat", json=BODY)
    values = services.counted(2)
    assert values[STREAM] == len(streamed.content)
    assert values['api_response_bytes_total{endpoint="/chat"}'] == len(plain.content)
    assert values.get("api_client_aborts_total", 0) == 0


def test_a_turn_that_nobody_waits_for_is_an_abort(serve: Serve) -> None:
    """A client that leaves before a plain answer is counted as gone."""
    services = ScriptedServices(script=[None])
    client = serve(services)
    body = json.dumps(BODY).encode()
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as connection:
        connection.sendall(
            b"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body) + body
        )
        assert services.waiting.wait(5)
    assert services.counted(1)['api_client_aborts_total{endpoint="/chat"}'] == 1


def test_an_error_of_ours_is_no_abort(serve: Serve) -> None:
    """A stream that breaks by a bug is an error in the counts, whatever its first line said, and not the client's."""
    services = ScriptedServices(script=[BEGUN, ZeroDivisionError("secret")])
    client = serve(services)
    with contextlib.suppress(httpx.RemoteProtocolError):
        client.post("/chat/stream?events=all", json=BODY)
    values = services.counted(1)
    assert values['api_requests_total{method="POST",endpoint="/chat/stream",status="500"}'] == 1
    assert values.get("api_client_aborts_total", 0) == 0
    assert values["api_streaming_connections"] == 0

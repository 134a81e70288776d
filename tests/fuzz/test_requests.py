"""A real sidecar, and requests of every kind."""

import contextlib
import json
import socket

import httpx
import pytest
from httpx_sse import ServerSentEvent
from hypothesis import given
from hypothesis import strategies as st

from feynman.client.errors import Unreadable
from feynman.client.hearing import Hearing
from feynman.domain import InvalidInput
from feynman.sidecar import Door
from feynman.wire import StreamId
from tests.fuzz.hostile import JSON, TEXTS, TRIED, mutated
from tests.sidecar.backend import ScriptedServices
from tests.sidecar.conftest import Serve, lines, serve, stage

__all__ = ["lines", "serve", "stage"]

BODY = {"topic": "Tea", "explanation": "Leaves give colour to water.", "session_id": "known"}
RAW = json.dumps({**BODY, "short_term_memory": [{"role": "user", "content": "x"}], "reference": {"key_points": ["a"]}})
WHOLE = b"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
PATHS = st.sampled_from(["/chat", "/chat/stream", "/chat/stream?events=all", "/memorize"])
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            *["Last-Event-ID", "Idempotency-Key", "X-Request-ID", "Authorization", "Cookie", "Origin", "Accept"],
            *["X-Forwarded-For", "traceparent", "tracestate", "Content-Type", "Expect", "Range", "Referer"],
        ]
    ),
    TEXTS.map(lambda text: text.encode("utf-8", "ignore").translate(None, bytes([*range(32), 127])).strip(b" ")[:500]),
    max_size=5,
)


@pytest.fixture
def client(serve: Serve) -> httpx.Client:
    """A sidecar that asks for nothing and limits nothing."""
    client = serve(ScriptedServices(), door=Door(per_minute=0, proxies=("127.0.0.1",)))
    client.post("/chat", json=BODY)
    return client


def _check(answer: httpx.Response) -> None:
    assert answer.status_code < 500
    assert answer.headers["x-request-id"]
    if answer.status_code >= 400:
        assert answer.json().keys() == {"detail", "code", "request_id"}


@TRIED
@given(
    PATHS, st.one_of(st.binary(max_size=200), mutated(RAW.encode()), JSON.map(lambda value: json.dumps(value).encode()))
)
def test_any_body_is_answered(client: httpx.Client, path: str, body: bytes) -> None:
    """A body of any bytes is taken, or refused with a problem that is the caller's."""
    _check(client.post(path, content=body, headers={"Content-Type": "application/json"}))


@TRIED
@given(
    PATHS, st.dictionaries(st.sampled_from([*BODY, "language", "engine", "reference", "conversation_history"]), JSON)
)
def test_any_fields_are_answered(client: httpx.Client, path: str, fields: dict[str, object]) -> None:
    """Known fields with any values are taken or refused."""
    _check(client.post(path, content=json.dumps({**BODY, **fields}), headers={"Content-Type": "application/json"}))


@TRIED
@given(PATHS, HEADERS)
def test_any_headers_are_answered(client: httpx.Client, path: str, headers: dict[str, bytes]) -> None:
    """Headers of any content, and cookies, are taken or refused."""
    named = [(name.encode(), value) for name, value in {"Content-Type": b"application/json", **headers}.items()]
    with contextlib.suppress(httpx.LocalProtocolError):
        _check(client.post(path, content=json.dumps(BODY), headers=named))


@TRIED
@given(st.one_of(st.binary(max_size=300), mutated(WHOLE)))
def test_any_bytes_leave_the_server_alive(client: httpx.Client, data: bytes) -> None:
    """Bytes that are no HTTP are refused or let go, and the next one is served."""
    place = (client.base_url.host, client.base_url.port or 0)
    with socket.create_connection(place, timeout=10) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        assert not connection.recv(65_536).startswith(b"HTTP/1.1 5")
    assert client.get("/health/live").status_code == 200


@TRIED
@given(TEXTS)
def test_any_last_event_id_is_a_place_or_refused(text: str) -> None:
    """An id from anywhere is a place in a stream or refused; one of ours is read as it was written."""
    try:
        place = StreamId.parse(text)
    except InvalidInput:
        return
    assert StreamId.parse(str(place)) == place


@TRIED
@given(
    st.sampled_from(["text_delta", "gap_found", "turn_completed", "turn_restarted", "x", ""]),
    st.one_of(TEXTS, JSON.map(json.dumps)),
)
def test_any_event_is_heard_or_unreadable(event: str, data: str) -> None:
    """A client takes whatever comes over a stream as an event, as nothing, or as unreadable."""
    hearing = Hearing("x", [], reconnects=1)
    with contextlib.suppress(Unreadable):
        hearing.hear(ServerSentEvent(event=event, data=data, id="a"))
    assert hearing.short_term_memory == []

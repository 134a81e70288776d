import io
import json
import re
import time

import httpx
import pytest

from feynman.domain import (
    EngineError,
    FeynmanError,
    MemoryUnavailable,
    NotFound,
    RecordsUnavailable,
    ShuttingDown,
    TurnFailed,
)
from tests.sidecar.backend import ScriptedServices
from tests.sidecar.conftest import Serve

BODY = {"topic": "Tea", "explanation": "Leaves give colour to water."}


def _expect(answer: httpx.Response, status: int, code: str) -> str:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    assert body.keys() == {"detail", "code", "request_id"}
    assert body["detail"]
    assert body["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    detail: str = body["detail"]
    return detail


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"topic": "x" * 201}, "text_too_long"),
        ({"explanation": "x" * 20_001}, "text_too_long"),
        ({"topic": " "}, "empty_text"),
        ({"explanation": "\n\u200b\t"}, "empty_text"),
        ({"explanation": None}, "invalid"),
        ({"explanation": 5}, "invalid"),
        ({"language": "fr"}, "invalid"),
        ({"engine": "psychic"}, "invalid"),
        ({"engine": "openai"}, "engine_unavailable"),
        ({"session_id": ""}, "invalid"),
        ({"session_id": "x" * 65}, "invalid"),
        ({"session_id": "a b"}, "invalid"),
        ({"learner_id": "水"}, "invalid"),
        ({"short_term_memory": [{"role": "user"}]}, "invalid"),
        ({"reference": {"key_points": ["p"] * 51}}, "invalid"),
        ({"reference": {"key_points": ["p" * 5_001]}}, "invalid"),
        ({"reference": {"key_points": []}}, "invalid_reference"),
        ({"reference": {"key_points": ["fine", "  "]}}, "invalid_reference"),
        ({"reference": {"text": " \n "}}, "empty_text"),
        ({"reference": {"text": "x" * 200_001}}, "text_too_long"),
        ({"reference": {}}, "invalid"),
        ({"reference": {"id": "tea", "text": "x"}}, "invalid"),
        ({"reference": "tea"}, "invalid"),
    ],
)
def test_invalid_requests_are_422(
    client: httpx.Client, services: ScriptedServices, given: dict[str, object], code: str
) -> None:
    """What the caller can mend is 422 with a code, and no turn is begun."""
    _expect(client.post("/chat", json={**BODY, **given}), 422, code)
    assert services.explained == []


def test_the_detail_names_the_field_but_not_the_value(client: httpx.Client) -> None:
    """A validation error says where it is and does not repeat what was sent."""
    detail = _expect(client.post("/chat", json={**BODY, "language": "plants eat soil"}), 422, "invalid")
    assert "language" in detail
    assert "plants" not in detail


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'"\\ud800"',
        b'{"topic": "a", "explanation": "b", "reference": {"\\ud800": 1}}',
        b'{"topic": "a", "explanation": "b", "language": "\\ud800"}',
        b'{"topic": "a", "explanation": "b", "session_id": "\\ud800"}',
        b'{"topic": ' + b"1" * 5_000 + b"}",
        b"[" * 200_000,
    ],
)
def test_odd_bodies_are_422(client: httpx.Client, raw: bytes) -> None:
    """A body that is no JSON, or no object, or that holds what no encoding holds, is 422."""
    _expect(client.post("/chat", content=raw, headers={"Content-Type": "application/json"}), 422, "invalid")
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_form_of_a_web_page_is_refused(client: httpx.Client, services: ScriptedServices, kind: str) -> None:
    """The content types that a web page elsewhere may send without asking are not read as JSON."""
    raw = b'{"topic": "a", "explanation": "b"}'
    _expect(client.post("/chat", content=raw, headers={"Content-Type": kind}), 422, "invalid")
    assert services.explained == []


def test_no_origin_is_welcomed(client: httpx.Client) -> None:
    """No CORS header is sent."""
    answer = client.options(
        "/chat", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    )
    assert answer.status_code == 405
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_unknown_paths_and_methods(client: httpx.Client) -> None:
    """An unknown path is 404, a wrong method 405 with the allowed ones."""
    _expect(client.get("/nowhere"), 404, "not_found")
    answer = client.get("/chat")
    _expect(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


def test_an_unknown_library_topic_is_404(client: httpx.Client) -> None:
    """A reference by an unknown id is not found, whatever the id holds."""
    raw = rb'{"topic": "a", "explanation": "b", "reference": {"id": "\ud800"}}'
    _expect(client.post("/chat", content=raw, headers={"Content-Type": "application/json"}), 404, "not_found")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("secret"), 404),
        (RecordsUnavailable("secret"), 503),
        (MemoryUnavailable("secret"), 503),
        (ShuttingDown("secret"), 503),
        (EngineError("secret"), 503),
        (FeynmanError("secret"), 500),
    ],
)
def test_a_session_that_cannot_be_opened(serve: Serve, error: FeynmanError, status: int) -> None:
    """Errors of the session have their status; what is not the caller's to mend keeps its message inside."""
    answer = serve(ScriptedServices(refusal=error)).post("/chat", json=BODY)
    detail = _expect(answer, status, error.code)
    assert status == 404 or "secret" not in detail


@pytest.mark.parametrize(
    ("code", "retryable", "status"),
    [
        ("engine_failed", True, 503),
        ("records_unavailable", True, 503),
        ("shutting_down", True, 503),
        ("not_found", False, 404),
        ("text_too_long", False, 422),
        ("invalid", False, 422),
        ("brand_new", False, 500),
        ("brand_new", True, 500),
        ("internal", True, 500),
        ("interrupted", True, 503),
    ],
)
def test_a_failed_turn_has_its_codes_status(serve: Serve, code: str, retryable: bool, status: int) -> None:  # noqa: FBT001 (a parameter of the test)
    """A turn that failed answers with the turn's code."""
    services = ScriptedServices(script=[TurnFailed(turn_id="t", code=code, retryable=retryable)])
    _expect(serve(services).post("/chat", json=BODY), status, code)
    assert services.closed.wait(2)


def test_a_turn_without_an_end_is_a_failure(serve: Serve) -> None:
    """Events that just stop are an engine failure."""
    _expect(serve(ScriptedServices(script=[])).post("/chat", json=BODY), 503, "engine_failed")


def test_a_bug_is_500_with_nothing_internal(serve: Serve, lines: io.StringIO) -> None:
    """An unexpected exception is answered plainly, counted, logged with its place, and the server lives on."""
    services = ScriptedServices(script=[ZeroDivisionError("secret place")])
    client = serve(services)
    answer = client.post("/chat", json=BODY, headers={"X-Request-ID": "r-1"})
    detail = _expect(answer, 500, "internal")
    assert "secret" not in answer.text
    assert "Zero" not in detail
    assert answer.json()["request_id"] == "r-1"
    assert client.get("/health").status_code == 200
    (logged,) = [line for line in map(json.loads, lines.getvalue().splitlines()) if line["event"] == "request_failed"]
    assert logged["request_id"] == "r-1"
    assert "in explain" in logged["exception"]
    assert "secret" not in lines.getvalue()
    assert services.counted(2)['api_requests_total{method="POST",endpoint="/chat",status="500"}'] == 1


def test_a_turn_over_time_is_408_and_stopped(serve: Serve) -> None:
    """A turn that takes longer than allowed is cancelled and answered."""
    services = ScriptedServices(script=[None])
    started = time.monotonic()
    _expect(serve(services, turn_seconds=0.1).post("/chat", json=BODY), 408, "timeout")
    assert time.monotonic() - started < 2
    assert services.closed.wait(2)


@pytest.mark.parametrize("sent", ["", "a b", "x" * 65, "evil\xff", "<script>"])
def test_an_insane_request_id_is_replaced(client: httpx.Client, sent: str) -> None:
    """A request id that could break a log or a page is not taken over."""
    answer = client.get("/health", headers={b"X-Request-ID": sent.encode("latin-1")})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


def test_a_sane_request_id_is_kept(client: httpx.Client) -> None:
    """The caller's request id comes back."""
    assert client.get("/health", headers={"X-Request-ID": "trace-1.a_B"}).headers["x-request-id"] == "trace-1.a_B"

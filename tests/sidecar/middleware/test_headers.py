import httpx
import pytest

from feynman.sidecar import Door
from feynman.sidecar.headers import SECURITY_HEADERS
from tests.sidecar.backend import ScriptedServices
from tests.sidecar.conftest import Serve

BODY = {"topic": "Tea", "explanation": "Leaves give colour to water."}


def _answers(serve: Serve) -> list[httpx.Response]:
    plain = serve()
    told = [plain.post("/chat", json=BODY), plain.post("/chat/stream", json=BODY), plain.get("/docs")]
    told += [plain.get("/nowhere"), plain.get("/chat"), plain.post("/chat", json={}), plain.get("/metrics")]
    told += [plain.get("/health", headers={"Host": "evil.example"})]
    told += [serve(ScriptedServices(token="t")).get("/docs")]  # noqa: S106 (made up)
    told += [serve(max_body=1).post("/chat", json=BODY)]
    told += [serve(ScriptedServices(script=[None]), turn_seconds=0.05).post("/chat", json=BODY)]
    told += [serve(ScriptedServices(script=[ZeroDivisionError("secret")])).post("/chat", json=BODY)]
    limited = serve(door=Door(per_minute=1))
    return [*told, limited.get("/docs"), limited.get("/docs")]


def test_every_answer_carries_them(serve: Serve) -> None:
    """Whoever answers, an endpoint or a guard, the headers and an id of its own are there."""
    answers = _answers(serve)
    assert {each.status_code for each in answers} == {200, 401, 404, 405, 408, 413, 421, 422, 429, 500}
    for answer in answers:
        assert {name: answer.headers[name] for name in SECURITY_HEADERS} == dict(SECURITY_HEADERS)
        assert "server" not in answer.headers
        assert answer.status_code < 400 or answer.json()["request_id"] == answer.headers["x-request-id"]
    assert len({answer.headers["x-request-id"] for answer in answers}) == len(answers)


@pytest.mark.parametrize("sent", ["r-7", "A.b_c-9" * 9])
def test_a_sane_id_is_taken_over(client: httpx.Client, sent: str) -> None:
    """A caller's own id comes back."""
    assert client.get("/docs", headers={"X-Request-ID": sent}).headers["x-request-id"] == sent


@pytest.mark.parametrize("sent", ["", "a b", "x" * 65, "水", "<script>", "a\tb", '"'])
def test_an_odd_id_is_replaced(client: httpx.Client, sent: str) -> None:
    """An id that could mean something in a log or a page is not repeated."""
    headers = {b"X-Request-ID": sent.encode()}
    assert client.get("/docs", headers=headers).headers["x-request-id"] not in {sent, ""}

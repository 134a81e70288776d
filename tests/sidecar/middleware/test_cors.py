import httpx
import pytest

from feynman.sidecar import Door
from tests.sidecar.backend import ScriptedServices
from tests.sidecar.conftest import Serve

TOKEN = "a-token-of-some-length"  # noqa: S105 (made up)
HOME = "https://school.example"
BODY = {"topic": "Tea", "explanation": "Leaves give colour to water."}
ASKING = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


@pytest.fixture
def client(serve: Serve) -> httpx.Client:
    """A sidecar with a token that pages of one origin may call."""
    return serve(ScriptedServices(token=TOKEN), door=Door(origins=(HOME,)))


def test_a_known_page_may_ask_without_a_token(client: httpx.Client) -> None:
    """A browser's question before the request is answered, so that it may send the token."""
    answer = client.options("/chat/stream", headers={"Origin": HOME, **ASKING})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == HOME
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers


def test_a_known_page_reads_the_answer_and_its_ids(client: httpx.Client) -> None:
    """The answer may be read, and with it the ids to continue by."""
    headers = {"Origin": HOME, "Authorization": f"Bearer {TOKEN}"}
    answer = client.post("/chat", json=BODY, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == HOME
    assert "X-Session-ID" in answer.headers["access-control-expose-headers"]


def test_a_known_page_reads_why_it_was_refused(client: httpx.Client) -> None:
    """A refusal can be read by the page too."""
    answer = client.post("/chat", json=BODY, headers={"Origin": HOME})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (401, HOME)


@pytest.mark.parametrize("origin", ["https://evil.example", f"{HOME}.evil.example", "null", "http://school.example"])
def test_other_pages_are_not_welcomed(client: httpx.Client, origin: str) -> None:
    """Another origin gets no leave, neither before nor after."""
    asked = client.options("/chat", headers={"Origin": origin, **ASKING})
    told = client.post("/chat", json=BODY, headers={"Origin": origin, "Authorization": f"Bearer {TOKEN}"})
    assert asked.status_code == 400
    assert "access-control-allow-origin" not in {**asked.headers, **told.headers}


def test_a_bug_can_be_reported_from_a_page(serve: Serve) -> None:
    """A page of an allowed origin may read the request's id also of a 500."""
    services = ScriptedServices(script=[ZeroDivisionError("bug")])
    client = serve(services, door=Door(origins=(HOME,)))
    answer = client.post("/chat", json=BODY, headers={"Origin": HOME})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert answer.headers["access-control-allow-origin"] == HOME
    assert answer.headers["x-request-id"] == answer.json()["request_id"]

import httpx
import pytest

from feynman.sidecar import Door
from tests.sidecar.backend import ScriptedServices
from tests.sidecar.conftest import Serve

TOKEN = "a-token-of-some-length"  # noqa: S105 (made up)
KNOWN = {"Authorization": f"Bearer {TOKEN}"}
PROXIED = Door(per_minute=1, proxies=("127.0.0.1",))


def _statuses(client: httpx.Client, addresses: list[str]) -> list[int]:
    return [client.get("/docs", headers={"X-Forwarded-For": address}).status_code for address in addresses]


def test_one_too_many_is_429(serve: Serve) -> None:
    """Who comes too often is told so, and when to come again, in whole seconds."""
    client = serve(door=Door(per_minute=3))
    assert [client.get("/docs").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = client.get("/nowhere")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    assert 1 <= int(answer.headers["retry-after"]) <= 20
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready", "/metrics"])
@pytest.mark.parametrize("token", [None, TOKEN])
def test_probes_are_free(serve: Serve, path: str, token: str | None) -> None:
    """What machines ask every few seconds is not counted."""
    client = serve(ScriptedServices(token=token), door=Door(per_minute=1))
    assert [client.get(path, headers=KNOWN).status_code for _ in range(5)] == [200] * 5


def test_a_turn_that_is_one_too_many_is_not_begun(serve: Serve) -> None:
    """Nothing is read or run for a request that is refused."""
    services = ScriptedServices()
    client = serve(services, door=Door(per_minute=1))
    body = {"topic": "Tea", "explanation": "Leaves give colour to water."}
    assert [client.post("/chat", json=body).status_code for _ in range(3)] == [200, 429, 429]
    assert len(services.explained) == 1


@pytest.mark.parametrize("path", ["/docs", "/metrics"])
def test_guessing_is_slowed_down_and_hinders_nobody(serve: Serve, path: str) -> None:
    """Wrong tokens are counted too, apart from those who have the right one at the same address."""
    client = serve(ScriptedServices(token=TOKEN), door=Door(per_minute=2))
    wrong = [client.get(path, headers={"Authorization": f"Bearer {guess}"}).status_code for guess in range(4)]
    assert wrong == [401, 401, 429, 429]
    assert client.get(path, headers=KNOWN).status_code == 200


def test_zero_is_no_limit(serve: Serve) -> None:
    """The limit can be switched off."""
    client = serve(door=Door(per_minute=0))
    assert {client.get("/docs").status_code for _ in range(20)} == {200}


def test_callers_behind_a_believed_proxy_are_told_apart(serve: Serve) -> None:
    """A proxy that is believed says who calls; each caller has a limit of their own."""
    client = serve(door=PROXIED)
    assert _statuses(client, ["192.0.2.1", "192.0.2.2", "192.0.2.1"]) == [200, 200, 429]


def test_one_customer_of_ipv6_is_one_caller(serve: Serve) -> None:
    """The addresses of one /64 network count together."""
    client = serve(door=PROXIED)
    assert _statuses(client, ["2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:2::1"]) == [200, 429, 200]


@pytest.mark.parametrize("forwarded", ["x" * 3_000, "", "unknown, ,", "192.0.2.1:80, 127.0.0.1", "\xff"])
def test_a_proxys_odd_words_break_nothing(serve: Serve, forwarded: str) -> None:
    """Whatever stands in the header, the request is answered."""
    client = serve(door=PROXIED)
    headers = {b"X-Forwarded-For": forwarded.encode("latin-1")}
    assert client.get("/docs", headers=headers).status_code == 200


def test_nobody_else_is_believed(serve: Serve) -> None:
    """Without a believed proxy a forged address is no new caller."""
    client = serve(door=Door(per_minute=1))
    assert _statuses(client, ["192.0.2.1", "192.0.2.2"]) == [200, 429]

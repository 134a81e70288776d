import httpx
import pytest
from pydantic import SecretStr

from feynman.domain import ConfigurationError
from feynman.sidecar import create_app
from feynman.sidecar.middleware.access import is_loopback
from tests.sidecar.backend import ScriptedServices
from tests.sidecar.conftest import Serve

BODY = {"topic": "Tea", "explanation": "Leaves give colour to water."}
TOKEN = "a-token-of-some-length"  # noqa: S105 (made up)


@pytest.fixture
def guarded(serve: Serve) -> httpx.Client:
    """A sidecar that asks for a token."""
    return serve(ScriptedServices(token=TOKEN))


@pytest.mark.parametrize("path", ["/chat", "/metrics", "/docs", "/openapi.json", "/nowhere", "/healthy"])
def test_a_token_is_asked_for(guarded: httpx.Client, path: str) -> None:
    """Without the token everything but health is refused, unknown paths too."""
    answer = guarded.get(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "sent", ["", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer", f"Bearer {TOKEN[:-1]}", "Bearer \xff"]
)
def test_a_wrong_token_is_refused(guarded: httpx.Client, sent: str) -> None:
    """Only the whole token as a bearer token opens."""
    answer = guarded.post("/chat", json=BODY, headers={b"Authorization": sent.encode("latin-1")})
    assert answer.status_code == 401


@pytest.mark.parametrize("sent", [f"Bearer {TOKEN}", f"bearer  {TOKEN}"])
def test_the_token_opens(guarded: httpx.Client, sent: str) -> None:
    """With the token the API answers; the scheme's case does not matter."""
    assert guarded.post("/chat", json=BODY, headers={"Authorization": sent}).status_code == 200


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready"])
def test_health_needs_no_token(guarded: httpx.Client, path: str) -> None:
    """Probes get their answer without a token."""
    assert guarded.get(path).status_code == 200


def test_health_tells_strangers_no_details(guarded: httpx.Client) -> None:
    """Where a token is set, the details of the checks are for those who have it."""
    assert guarded.get("/health").json()["checks"]["database"]["detail"] == ""
    told = guarded.get("/health", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    assert told["checks"]["database"]["detail"] == "sqlite"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "feynman.example"])  # noqa: S104 (nothing is bound)
def test_an_open_door_needs_a_token(host: str) -> None:
    """An address that others reach is refused without a token, naming the setting."""
    with pytest.raises(ConfigurationError, match="FEYNMAN_API_TOKEN"):
        create_app(ScriptedServices(host=host))
    create_app(ScriptedServices(host=host, token=TOKEN))


def test_a_blank_token_is_no_token() -> None:
    """A token of spaces is refused."""
    services = ScriptedServices()
    services.token = SecretStr("  ")
    with pytest.raises(ConfigurationError, match="FEYNMAN_API_TOKEN"):
        create_app(services)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::1].x", "10.0.0.1"]
)
def test_other_host_names_are_refused_on_loopback(serve: Serve, host: str) -> None:
    """A web page's own name that points here is refused, even for health."""
    answer = serve().get("/health", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (421, "wrong_host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8600", "127.0.0.1", "127.0.0.1:1", "[::1]:8600", "[::1]"])
def test_this_machines_names_are_fine(serve: Serve, host: str) -> None:
    """All names of this machine are answered, with and without a port."""
    assert serve().get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(("host", "sent"), [("127.0.0.2", "127.0.0.2:8600"), ("::1", "[::1]:8600")])
def test_the_configured_name_is_fine(serve: Serve, host: str, sent: str) -> None:
    """The configured loopback address is answered."""
    assert serve(ScriptedServices(host=host)).get("/health", headers={"Host": sent}).status_code == 200


def test_any_name_is_fine_where_others_reach_it(serve: Serve) -> None:
    """Behind a real name the token guards, so any host name is answered."""
    services = ScriptedServices(host="0.0.0.0", token=TOKEN)  # noqa: S104 (nothing is bound)
    assert serve(services).get("/health", headers={"Host": "school.example"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("0.0.0.0", False), ("x", False)],  # noqa: S104 (nothing is bound)
)
def test_loopback_is_recognised(host: str, expected: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """Only addresses that nobody else reaches are loopback."""
    assert is_loopback(host) is expected


def test_a_token_from_a_file_may_end_its_line(serve: Serve) -> None:
    """White space around the setting is not part of it: requests can't send it either."""
    client = serve(ScriptedServices(token=f"{TOKEN}\n"))
    assert client.get("/docs", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200

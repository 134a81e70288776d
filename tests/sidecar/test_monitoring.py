import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import BaseModel

from feynman.observability import CheckResult, HealthReport
from feynman.sidecar.schemas import ChatRequest, MemorizeRequest
from feynman.wire import ChatResponse, MemorizeResponse, ProblemBody
from tests.sidecar.backend import ScriptedServices
from tests.sidecar.conftest import Serve

BODY = {"topic": "Tea", "explanation": "Leaves give colour to water."}
UNHEALTHY = HealthReport(
    status="unhealthy", checks={"database": CheckResult(status="unhealthy", detail="disk full")}, uptime_seconds=1
)
DEGRADED = HealthReport(
    status="degraded", checks={"chroma": CheckResult(status="degraded", detail="rebuilding")}, uptime_seconds=1
)


@pytest.mark.parametrize(("report", "status"), [(None, 200), (DEGRADED, 200), (UNHEALTHY, 503)])
def test_health_has_one_entry_per_check(serve: Serve, report: HealthReport | None, status: int) -> None:
    """/health answers 200 while the product serves and 503 when a part is unhealthy, with every check."""
    services = ScriptedServices()
    services.report = report or services.report
    answer = serve(services).get("/health")
    assert answer.status_code == status
    assert HealthReport.model_validate(answer.json()) == services.report


def test_live_and_ready_are_for_orchestrators(serve: Serve) -> None:
    """An unhealthy process is alive but not ready."""
    services = ScriptedServices()
    client = serve(services)
    assert client.get("/health/ready").json() == {"status": "healthy"}
    services.report = UNHEALTHY
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 503


def test_metrics_are_prometheus_text(client: httpx.Client) -> None:
    """/metrics parses and counts the requests before it under their routes."""
    client.post("/chat", json=BODY)
    client.post("/chat", json={})
    client.get("/chat")
    client.get("/no/such/path/at/all")
    client.get("/nor/this")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    counted = {
        (sample.labels["method"], sample.labels["endpoint"], sample.labels["status"]): sample.value
        for sample in families["api_requests"].samples
        if sample.name == "api_requests_total"
    }
    assert counted == {
        ("POST", "/chat", "200"): 1,
        ("POST", "/chat", "422"): 1,
        ("GET", "/chat", "405"): 1,
        ("GET", "other", "404"): 2,
    }
    assert [sample.value for sample in families["api_active_connections"].samples] == [1]


def test_nothing_is_active_afterwards(client: httpx.Client, services: ScriptedServices) -> None:
    """The gauge of active requests goes back, whatever the outcome."""
    for path in ("/health", "/nowhere"):
        client.get(path)
    values = services.counted(2)
    assert values["api_active_connections"] == 0
    assert values["api_request_duration_seconds_count"] == 2


def test_the_duration_lasts_until_the_last_byte(serve: Serve) -> None:
    """A turn's time is in the request's duration."""
    services = ScriptedServices(pause=0.01)
    serve(services).post("/chat", json=BODY)
    assert services.counted(1)["api_request_duration_seconds_sum"] >= 0.08


def test_the_openapi_document_is_built(client: httpx.Client) -> None:
    """The document describes the contract: paths, field names, one error model."""
    document = client.get("/openapi.json").json()
    assert {"/chat", "/health", "/health/live", "/health/ready", "/metrics"} <= document["paths"].keys()
    schemas = document["components"]["schemas"]
    assert schemas["ChatRequest"]["required"] == ["topic", "explanation"]
    assert schemas["ProblemBody"]["required"] == ["detail", "code", "request_id"]
    chat = document["paths"]["/chat"]["post"]["responses"]
    assert chat["422"]["content"]["application/json"]["schema"]["$ref"].endswith("/ProblemBody")
    assert "HTTPValidationError" not in schemas


def test_the_docs_need_no_network(client: httpx.Client) -> None:
    """/docs is one page without any address of another server and with every endpoint and schema."""
    answer = client.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    for needle in ("POST /chat", "GET /health", "ChatResponse", "ProblemBody"):
        assert needle in answer.text
    assert "http://" not in answer.text
    assert "https://" not in answer.text
    assert "<script" not in answer.text


def test_the_examples_are_true(client: httpx.Client) -> None:
    """What the document shows as an answer or a request is one, and every error has its example."""
    document = client.get("/openapi.json").json()
    models: dict[str, type[BaseModel]] = {
        each.__name__: each for each in (ChatRequest, ChatResponse, MemorizeRequest, MemorizeResponse, ProblemBody)
    }
    seen = set()
    for operations in document["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                for media in answer.get("content", {}).values():
                    name = media.get("schema", {}).get("$ref", "").rpartition("/")[2]
                    if "example" in media and name in models:
                        models[name].model_validate(media["example"])
                        seen.add(name)
    for name in ("ChatRequest", "MemorizeRequest"):
        for example in document["components"]["schemas"][name]["examples"]:
            models[name].model_validate(example)
            seen.add(name)
    assert seen == models.keys()
    for path in ("/chat", "/chat/stream", "/memorize"):
        answers = document["paths"][path]["post"]["responses"]
        assert {"401", "404", "408", "413", "421", "422", "429", "500", "503"} <= answers.keys()
    stream = document["paths"]["/chat/stream"]["post"]["responses"]
    assert set(stream["200"]["content"]) == {"text/event-stream"}
    assert "content" not in stream["204"]

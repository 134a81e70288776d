"""The alert rules and the dashboard, against Prometheus' own checker and a running application."""

import subprocess
import time
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from feynman.lifecycle import Application
from feynman.settings import ModelPrice
from tests.container.models.conftest import Start, chat
from tests.deploy.queries import DEPLOY, Query, dashboard, queries
from tests.engines.llm.server import Server
from tests.parts import required_program

# These are Prometheus' own.
OWN_METRICS = {"up"}
OWN_LABELS = {"job", "instance", "le"}


@pytest.fixture(scope="module")
def promtool() -> str:
    """Prometheus' checker."""
    return required_program("promtool")


def check(promtool: str, *arguments: str) -> None:
    """Run the checker; it must be content."""
    done = subprocess.run([promtool, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_rules_are_valid(promtool: str) -> None:
    """Configuration and rules are what Prometheus takes."""
    check(promtool, "check", "config", str(DEPLOY / "prometheus.yml"))
    check(promtool, "check", "rules", str(DEPLOY / "rules.yml"))


def test_the_alerts_fire_when_they_should(promtool: str) -> None:
    """Series made up for it raise the alerts, and only then."""
    check(promtool, "test", "rules", str(DEPLOY / "rules_test.yml"))


def test_the_dashboards_queries_are_valid(promtool: str, tmp_path: Path) -> None:
    """Each query of the dashboard is PromQL."""
    asked = [query.text.replace("$__rate_interval", "1m") for query in queries()]
    rules = "".join(f"      - record: check:{number}\n        expr: '{text}'\n" for number, text in enumerate(asked))
    (tmp_path / "rules.yml").write_text(f"groups:\n  - name: check\n    rules:\n{rules}", "utf-8")
    check(promtool, "check", "rules", str(tmp_path / "rules.yml"))


def test_every_alert_says_what_to_do() -> None:
    """Each alert has a summary, a severity and a runbook."""
    text = (DEPLOY / "rules.yml").read_text("utf-8")
    alerts = text.split("- alert: ")[1:]
    assert len(alerts) >= 10
    for alert in alerts:
        assert all(word in alert for word in ("severity: ", "summary: ", "runbook: ")), alert.splitlines()[0]


def test_the_dashboard_is_whole() -> None:
    """Panels have ids, titles and queries of their own, none lies on another, and all ask the chosen source."""
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len({panel["title"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken
        taken |= cells
        assert panel["type"] == "row" or panel["targets"]
        assert all(target["datasource"]["uid"] == "${datasource}" for target in panel.get("targets", ()))


@pytest.fixture
def scraped(endpoint: Server, start: Start) -> dict[str, set[str]]:
    """The metrics of an application after a turn with a model, by name, with their labels."""
    prices = {"scripted-1": ModelPrice(input=2.0, output=10.0)}
    application = start(llm_base_url=endpoint.url, llm_model="scripted-1", model_prices=prices)
    end = time.monotonic() + 20
    while application.container.parts.memory.state != "ready":
        assert time.monotonic() < end
        time.sleep(0.01)
    chat(application)
    chat(application, learner_id="grace")
    return labels_by_metric(application)


def labels_by_metric(application: Application) -> dict[str, set[str]]:
    """Scrape."""
    assert application.sidecar is not None
    answer = httpx.get(f"{application.sidecar.url}/metrics", timeout=10)
    assert answer.status_code == 200
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(answer.text):
        suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}.get(family.type, ("",))
        for suffix in suffixes:
            found[family.name + suffix] = set()
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def test_what_is_asked_for_is_there(scraped: dict[str, set[str]]) -> None:
    """Every metric of the dashboard and the rules is scraped, with the labels that they use."""
    known = {*scraped, *OWN_METRICS, *_recorded()}
    asked = list(queries())
    assert len(asked) > 60
    assert {query: query.metrics - known for query in asked if query.metrics - known} == {}
    assert all(query.metrics for query in asked)
    wrong: dict[Query, set[str]] = {}
    for query in asked:
        labels = set().union(*(scraped.get(metric, set()) for metric in query.metrics))
        if labels or query.labels <= OWN_LABELS:
            wrong[query] = query.labels - labels - OWN_LABELS
    assert {query: missing for query, missing in wrong.items() if missing} == {}


def test_the_seeds_list_is_measured(scraped: dict[str, set[str]]) -> None:
    """Latency, connections, requests, model, database, processor and memory: all are there."""
    assert {
        "api_requests_total",
        "api_request_duration_seconds_bucket",
        "api_active_connections",
        "api_streaming_connections",
        "gen_ai_client_operation_duration_seconds_bucket",
        "feynman_database_query_duration_seconds_bucket",
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
    } <= scraped.keys()
    assert scraped["api_requests_total"] == {"method", "endpoint", "status"}


def test_every_metric_is_described(scraped: dict[str, set[str]]) -> None:
    """The table beside the dashboard names all metrics that are scraped, and no other."""
    text = (DEPLOY / "README.md").read_text("utf-8")
    table = text.partition("## Metrics")[2].partition("## Traces")[0]
    described = {name for row in table.splitlines() if row.startswith("| `") for name in row.split("`")[1::2]}
    described = {name for name in described if "_" in name and name == name.lower() and "error_type" not in name}
    suffixes = ("_bucket", "_count", "_sum")
    names = {next((name.removesuffix(end) for end in suffixes if name.endswith(end)), name) for name in scraped}
    assert {name for name in names if not name.endswith("_created")} == described


def _recorded() -> set[str]:
    text = (DEPLOY / "rules.yml").read_text("utf-8")
    return {line.split("record: ")[1].strip() for line in text.splitlines() if "record: " in line}

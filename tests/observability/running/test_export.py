"""Traces go to a collector by OpenTelemetry's own settings, and nothing waits for one that is gone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.llm.server import Server
from tests.observability.running.collector import Collector, collecting, silent
from tests.observability.running.one_turn import EXPLANATION, TOPIC

SOON = {"OTEL_BSP_SCHEDULE_DELAY": "50"}  # milliseconds

ROOT = Path(__file__).parents[3]


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A receiver."""
    with collecting() as running:
        yield running


def take_a_turn(folder: Path, **settings: str) -> str:
    """Run the program with ``settings`` in its environment and return its log."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("FEYNMAN_", "OPENAI_", "OTEL_"))}
    environment = {**mine, "FEYNMAN_DATA_DIR": str(folder), "FEYNMAN_SIDECAR_PORT": "0", **SOON, **settings}
    done = subprocess.run(
        [sys.executable, "-m", "tests.observability.running.one_turn"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "200\n"), done.stderr
    return done.stderr


def test_a_turn_is_exported(tmp_path: Path, collector: Collector) -> None:
    """All steps of the turn arrive, of one trace and without the learner's words, as the settings say."""
    take_a_turn(
        tmp_path,
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
        OTEL_EXPORTER_OTLP_HEADERS="x-tenant=school",
        OTEL_EXPORTER_OTLP_COMPRESSION="none",
        OTEL_SERVICE_NAME="feynman-test",
        OTEL_RESOURCE_ATTRIBUTES="deployment.environment.name=test",
    )
    assert {resource["service.name"] for resource in collector.resources} == {"feynman-test"}
    assert {resource["deployment.environment.name"] for resource in collector.resources} == {"test"}
    assert all(headers["x-tenant"] == "school" for headers in collector.headers)
    assert {headers["path"] for headers in collector.headers} == {"/v1/traces"}
    (root,) = [span for span in collector.spans if span.name == "POST /chat"]
    turn = [span for span in collector.spans if span.trace_id == root.trace_id]
    assert {"turn", "gap_identifier", "question_generator", "database write turns.begin"} <= {
        span.name for span in turn
    }
    assert {span.parent_span_id for span in turn if span is not root} <= {b"", *(span.span_id for span in turn)}
    sent = b"".join(collector.bodies)
    assert b"topic_length" in sent
    assert not any(word.encode() in sent for word in (TOPIC, "tubes", "zebras"))


def test_libraries_tell_nobody(tmp_path: Path, collector: Collector, endpoint: Server) -> None:
    """Of a turn with a model, its agent, tools and the memory index only our spans and FastAPI's leave the process."""
    take_a_turn(
        tmp_path,
        FEYNMAN_LLM_BASE_URL=endpoint.url,
        FEYNMAN_LLM_MODEL="scripted-1",
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
        LANGSMITH_TRACING="true",
        LANGSMITH_OTEL_ENABLED="true",
        LANGSMITH_ENDPOINT=collector.url,
        LANGSMITH_API_KEY="nobody",
        CHROMA_OTEL_COLLECTION_ENDPOINT=collector.url,
        FASTAPI_OTEL_AUTO_CONFIGURE="true",
    )
    assert {headers["path"] for headers in collector.headers} == {"/v1/traces"}
    assert collector.scopes == {"feynman", "fastapi"}
    assert {"invoke_agent gap_identifier", "chat scripted-1"} <= {span.name for span in collector.spans}
    assert len({span.span_id for span in collector.spans}) == len(collector.spans)
    assert not any(word in b"".join(collector.bodies) for word in (b"tubes", b"zebras"))


def test_words_are_exported_only_by_the_operators_wish(tmp_path: Path, collector: Collector) -> None:
    """With the switch on the explanation is on the turn's span, and on no other."""
    take_a_turn(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, FEYNMAN_TRACE_TEXT="true")
    holders = [span.name for span in collector.spans if EXPLANATION.encode() in span.SerializeToString()]
    assert holders == ["turn"]


@pytest.mark.parametrize("switch", [{"OTEL_TRACES_EXPORTER": "none"}, {"OTEL_SDK_DISABLED": "true"}])
def test_it_can_be_switched_off(tmp_path: Path, switch: dict[str, str], collector: Collector) -> None:
    """OpenTelemetry's own switches are heard."""
    take_a_turn(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, **switch)
    assert collector.bodies == []


def test_a_silent_collector_hurts_no_turn(tmp_path: Path) -> None:
    """The turn is answered and the process ends, though the collector could take ten minutes."""
    with silent() as url:
        log = take_a_turn(
            tmp_path,
            OTEL_EXPORTER_OTLP_ENDPOINT=url,
            OTEL_EXPORTER_OTLP_TIMEOUT="600",
        )
    assert '"event": "traces_not_sent"' in log


def test_a_dead_collector_hurts_no_turn(tmp_path: Path) -> None:
    """Nobody listens at all."""
    log = take_a_turn(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")
    assert '"status": 200' in log

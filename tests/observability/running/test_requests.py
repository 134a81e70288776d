"""Which requests are traced, and how an error leads to its trace."""

import httpx
import pytest

from feynman.lifecycle import Application
from feynman.observability import Trace
from tests.container.models.conftest import Start
from tests.observability.running.conftest import wait_for


@pytest.fixture
def application(start: Start) -> Application:
    """An application with the built-in student."""
    return start()


def address(application: Application) -> str:
    """Where the API is."""
    assert application.sidecar is not None
    return application.sidecar.url


def kept(application: Application, trace_id: str) -> Trace:
    """The trace of that id, once it has ended."""

    def found() -> list[Trace]:
        return [trace for trace in application.container.traces.recent() if trace.id == trace_id]

    wait_for(lambda: bool(found()))
    return found()[0]


def test_probes_leave_no_traces(application: Application) -> None:
    """What asks every few seconds would drive out the turns."""
    before = {trace.id for trace in application.container.traces.recent()}
    for path in ("/health", "/health/live", "/health/ready", "/metrics"):
        httpx.get(address(application) + path, timeout=10)
    after = application.container.traces.recent()
    assert [trace.name for trace in after if trace.id not in before and trace.name != "consolidate"] == []


def test_an_error_names_its_trace(application: Application) -> None:
    """``X-Trace-ID`` of a refusal is the id of the trace that is kept."""
    answer = httpx.post(f"{address(application)}/chat", json={"topic": "Light"}, timeout=10)
    assert answer.status_code == 422
    trace = kept(application, answer.headers["x-trace-id"])
    assert (trace.name, trace.attributes["http.response.status_code"]) == ("POST /chat", 422)


def test_a_stream_names_its_trace(application: Application) -> None:
    """What goes wrong after the first event has no other answer to say it in."""
    body = {"topic": "Light", "explanation": "Light is a wave."}
    answer = httpx.post(f"{address(application)}/chat/stream?events=all", json=body, timeout=60)
    trace = kept(application, answer.headers["x-trace-id"])
    assert "turn" in {span.name for span in trace.spans}


def test_a_caller_may_bring_its_trace(application: Application) -> None:
    """W3C's ``traceparent`` joins a request to the trace that it belongs to."""
    far = "0af7651916cd43dd8448eb211c80319c"
    httpx.post(
        f"{address(application)}/chat",
        json={"topic": "Light", "explanation": "Light is a wave."},
        headers={"traceparent": f"00-{far}-b7ad6b7169203331-01"},
        timeout=60,
    )
    trace = kept(application, far)
    assert {"POST /chat", "turn", "gap_identifier"} <= {span.name for span in trace.spans}


def test_the_history_is_kept(application: Application) -> None:
    """The application samples itself from its start on."""
    httpx.post(f"{address(application)}/chat", json={"topic": "Light", "explanation": "A wave."}, timeout=60)
    application.container.history.sample()
    history = application.container.history
    assert history.series("turns")[-1].value == 1
    assert history.series("turn_p95")[-1].value > 0
    assert history.series("memory_bytes")[-1].value > 1e6

"""One turn is one trace, whichever door it came in by."""

from collections import Counter

import httpx
import pytest

from feynman.domain import KeyPoint, Reference
from feynman.lifecycle import Application
from feynman.observability import SpanRecord, Trace
from tests.container.models.conftest import POINTS, TEXT, Start, chat
from tests.engines.llm.server import Server
from tests.observability.running.conftest import wait_for
from tests.ui.school import Tab

# Every part of a turn with a model, and the step that it happens in.
PARTS = {
    "user_input_handler": "turn",
    "gap_identifier": "turn",
    "question_generator": "turn",
    "memory recall": "user_input_handler",
    "embeddings": "memory recall",
    "chroma query": "memory recall",
    "invoke_agent gap_identifier": "gap_identifier",
    "execute_tool calculate": "invoke_agent gap_identifier",
    "execute_tool translate": "invoke_agent gap_identifier",
    "execute_tool search_reference": "invoke_agent gap_identifier",
    "database write turns.begin": "turn",
    "database read sessions.owned": "turn",
    "database write finishing.finish": "turn",
}


@pytest.fixture
def application(endpoint: Server, start: Start) -> Application:
    """An application with a model at work and its memory ready."""
    application = start(llm_base_url=endpoint.url, llm_model="scripted-1")
    wait_for(lambda: application.container.parts.memory.state == "ready")
    wait_for(lambda: application.container.engines.state.ready)
    return application


def newest(application: Application, root: str) -> Trace:
    """The newest trace that begins with ``root``, once its turn has ended, which may be after its last byte."""

    def found() -> list[Trace]:
        traces = [trace for trace in application.container.traces.recent() if trace.name == root]
        return [trace for trace in traces if any(span.name == "turn" for span in trace.spans)]

    wait_for(lambda: bool(found()))
    return found()[0]


def parent(trace: Trace, span: SpanRecord) -> str:
    """The name of the step that ``span`` happened in."""
    return next(each.name for each in trace.spans if each.id == span.parent_id)


def assert_whole(trace: Trace) -> None:
    """All parts are there, each within its own step."""
    found = {span.name: span for span in trace.spans}
    assert {name: parent(trace, found[name]) for name in PARTS if name in found} == PARTS
    turn = found["turn"]
    assert parent(trace, turn) == trace.name
    assert [span.id for span in trace.spans if span.parent_id is None] == [trace.spans[0].id]
    assert turn.attributes["topic_length"] == len("Leaves")
    assert turn.attributes["explanation_length"] == len(TEXT)
    assert turn.attributes["questions_generated"] == 1
    assert float(str(turn.attributes["processing_time_ms"])) > 0
    assert turn.attributes["feynman.tools_used"] == 3
    calls = [span for span in trace.spans if span.name == "chat scripted-1"]
    # The first turn also finds out what the endpoint can do.
    assert {parent(trace, call) for call in calls} - {"gap_identifier"} == {
        "invoke_agent gap_identifier",
        "execute_tool translate",
        "question_generator",
    }
    assert all(call.attributes["gen_ai.usage.input_tokens"] for call in calls)
    assert Counter(span.status for span in trace.spans) == {"ok": len(trace.spans)}


def test_a_turn_over_http(application: Application) -> None:
    """``/chat`` is one trace over session, nodes, model, tools, memory and database."""
    chat(application)
    trace = newest(application, "POST /chat")
    assert_whole(trace)
    assert "soil" not in trace.model_dump_json()


def test_a_streamed_turn_over_http(application: Application) -> None:
    """So is ``/chat/stream``, to its last byte."""
    assert application.sidecar is not None
    body = {"topic": "Leaves", "explanation": TEXT, "learner_id": "bob", "reference": {"key_points": POINTS}}
    assert httpx.post(f"{application.sidecar.url}/chat/stream", json=body, timeout=60).status_code == 200
    assert_whole(newest(application, "POST /chat/stream"))


def test_a_turn_on_the_page(application: Application) -> None:
    """A turn on the page is one trace too, across the script's thread and the loop's."""
    container = application.container
    learner = container.loop.run(container.study.join("Ada", "en"), 10)
    points = tuple(KeyPoint(text=point) for point in POINTS)
    reference = Reference(topic="Leaves", source="given", points=points)
    session = container.loop.run(container.study.start(learner.id, "Leaves", "en", reference=reference), 10)
    tab = Tab().open(learner=learner, session=session)
    tab.say(TEXT)
    assert not tab.app.exception
    assert_whole(newest(application, "page.turn"))

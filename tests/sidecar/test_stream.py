"""``/chat/stream`` against a real sidecar on scripted turns."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import requests
from httpx_sse import EventSource, ServerSentEvent

from feynman.domain import RecordsUnavailable, ShuttingDown, StageStarted, TextDelta, TurnFailed
from feynman.sidecar.streaming import Pace
from feynman.wire import STUDY_EVENTS
from tests.sidecar.backend import ScriptedServices
from tests.sidecar.conftest import Serve

BODY = {"topic": "Tea", "explanation": "Leaves give colour to water.", "session_id": "mine"}
READING = StageStarted(stage="reading", turn_id="t")


def _seed_client(url: str, payload: dict[str, Any]) -> Iterator[str]:
    """The seed document's ``stream_chat_api``, line by line."""
    with requests.post(url, json=payload, stream=True, timeout=300) as response:
        for line in response.iter_lines():
            if line:
                decoded_line = line.decode("utf-8")
                if decoded_line.startswith("data: "):
                    content_json = decoded_line[len("data: ") :]
                    content = json.loads(content_json)
                    yield content


def _all(client: httpx.Client, last: str | None = None, **changes: object) -> list[ServerSentEvent]:
    headers = {} if last is None else {"Last-Event-ID": last}
    address = "/chat/stream?events=all"
    with client.stream("POST", address, json={**BODY, **changes}, headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        return list(EventSource(answer).iter_sse())


def _plain(told: list[ServerSentEvent]) -> list[tuple[str, str, str]]:
    return [(each.event, each.id, each.data) for each in told]


def _raw(client: httpx.Client, path: str) -> socket.socket:
    body = json.dumps(BODY).encode()
    connection = socket.create_connection((client.base_url.host, client.base_url.port or 0))
    connection.sendall(
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n".encode()
        + b"Content-Length: %d\r\n\r\n" % len(body)
        + body
    )
    return connection


def test_the_seeds_own_client_works(client: httpx.Client) -> None:
    """The seed's loop gets the reply's pieces and then the end marker."""
    told = list(_seed_client(f"{client.base_url}/chat/stream", BODY))
    assert told == ["Hm. ", "Why?", "[END_OF_STREAM]"]


def test_the_seeds_protocol_on_the_wire(client: httpx.Client, services: ScriptedServices) -> None:
    """Each token is one data line with a JSON string; ids of session, learner and turn are in the headers."""
    answer = client.post("/chat/stream", json={**BODY, "short_term_memory": [{"role": "user", "content": "Hi"}]})
    assert answer.text == 'data: "Hm. "\n\ndata: "Why?"\n\ndata: "[END_OF_STREAM]"\n\n'
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-session-id"] == "mine"
    assert answer.headers["x-turn-id"] == services.explained[0].turn_id
    assert answer.headers["x-learner-id"] == services.explained[0].learner_id
    assert services.histories[0][0].content == "Hi"


def test_odd_characters_break_no_line(serve: Serve) -> None:
    """Line separators that clients split at, and the end marker as a token, arrive as text."""
    tokens = ["水\u2028a\x85b\r\nc\x0b", "[END_OF_STREAM]", "d"]
    client = serve(ScriptedServices(script=[READING, *(TextDelta(text=token) for token in tokens), None]))
    with client.stream("POST", "/chat/stream", json=BODY) as answer:
        told: list[str] = []
        for line in answer.iter_lines():
            if line.startswith("data: "):
                told.append(json.loads(line[6:]))
                if told[-1] == "d":
                    break
    assert "".join(told) == "".join(tokens)
    assert "[END_OF_STREAM]" not in told


def test_tokens_come_while_the_turn_runs(serve: Serve) -> None:
    """A token is readable although the turn behind it is not done: nothing is buffered."""
    services = ScriptedServices(script=[READING, TextDelta(text="Hm."), None])
    with serve(services).stream("POST", "/chat/stream", json=BODY) as answer:
        lines = answer.iter_lines()
        assert next(lines) == 'data: "Hm."'
        assert not services.closed.is_set()


def test_all_events_have_names_and_ids(client: httpx.Client) -> None:
    """With events=all every event of the turn comes under its name, as JSON, with an id of its own."""
    told = _all(client)
    events = [STUDY_EVENTS.validate_json(each.data) for each in told]
    assert [event.kind for event in events] == [each.event for each in told]
    assert [each.event for each in told] == [
        "stage_started",
        "gap_found",
        "gap_found",
        "gap_resolved",
        "text_delta",
        "text_delta",
        "question_asked",
        "turn_completed",
    ]
    assert len({each.id for each in told}) == len(told)
    assert all(each.id.endswith(".mine") for each in told)


@pytest.mark.parametrize("path", ["/chat/stream", "/chat/stream?events=all"])
@pytest.mark.parametrize("script", [[None], [READING, None], [READING, TextDelta(text="Hm."), None]])
def test_a_client_that_leaves_cancels_the_turn(serve: Serve, path: str, script: list[Any]) -> None:
    """Closing the connection stops the turn, before its first event, before its first token and after it."""
    services = ScriptedServices(script=script)
    client = serve(services)
    with _raw(client, path):
        assert services.waiting.wait(5)
        assert not services.closed.is_set()
    assert services.closed.wait(5)


def test_a_client_that_reads_nothing_is_let_go(serve: Serve) -> None:
    """A client that stays connected and takes nothing does not hold its turn for ever."""
    flood = [READING, *(TextDelta(text="x" * 60_000) for _ in range(400)), None]
    services = ScriptedServices(script=flood)
    client = serve(services, pace=Pace(stall=0.2))
    with _raw(client, "/chat/stream"):
        assert services.closed.wait(10)
    assert not services.waiting.is_set()


def test_silence_is_bridged(serve: Serve) -> None:
    """A turn that takes its time sends comments that every client skips."""
    services = ScriptedServices(script=[READING, None])
    client = serve(services, pace=Pace(heartbeat=0.01))
    with client.stream("POST", "/chat/stream", json=BODY) as answer:
        assert next(line for line in answer.iter_lines() if line) == ": ping"


def test_endless_silence_is_a_failure(serve: Serve) -> None:
    """A turn that says nothing for too long is stopped and has failed."""
    services = ScriptedServices(script=[READING, None])
    told = _all(serve(services, pace=Pace(heartbeat=0.01), turn_seconds=0.05))
    assert (told[-1].event, json.loads(told[-1].data)["retryable"]) == ("turn_failed", True)
    assert services.closed.wait(5)


@pytest.mark.parametrize("path", ["/chat/stream", "/chat/stream?events=all"])
def test_errors_before_the_stream_are_ordinary(serve: Serve, path: str) -> None:
    """What is wrong before the first event is an HTTP error in the common form."""
    refused = TurnFailed(turn_id=None, code="shutting_down", retryable=True)
    cases = [
        (ScriptedServices(), {"explanation": " "}, 422, "empty_text"),
        (ScriptedServices(), {"engine": "local"}, 422, "engine_unavailable"),
        (ScriptedServices(refusal=RecordsUnavailable("full")), {}, 503, "records_unavailable"),
        (ScriptedServices(script=[refused]), {}, 503, "shutting_down"),
        (ScriptedServices(script=[]), {}, 503, "engine_failed"),
    ]
    for services, changes, status, code in cases:
        answer = serve(services).post(path, json={**BODY, **changes})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_only_all_is_understood(client: httpx.Client) -> None:
    """Another wish for events is refused."""
    assert client.post("/chat/stream?events=some", json=BODY).status_code == 422


@pytest.mark.parametrize(
    "end", [TurnFailed(turn_id="t", code="model_timed_out", retryable=True), ShuttingDown("closing"), "nothing"]
)
def test_a_failure_on_the_way_is_told(serve: Serve, end: Any) -> None:  # noqa: ANN401 (events and errors)
    """After the first event a failure is the last event; the seed's client sees a sentence and no end marker."""
    last = [] if end == "nothing" else [end]
    script = [READING, TextDelta(text="Hm. "), *last]
    told = _all(serve(ScriptedServices(script=script)))
    failed = STUDY_EVENTS.validate_json(told[-1].data)
    assert isinstance(failed, TurnFailed)
    assert failed.code == {"nothing": "engine_failed"}.get(str(end), getattr(end, "code", ""))
    client = serve(ScriptedServices(script=script))
    *_, first, sentence = _seed_client(f"{client.base_url}/chat/stream", BODY)
    assert first == "Hm. "
    assert sentence.endswith(".")
    assert "event: turn_failed\n" in client.post("/chat/stream", json=BODY).text


def test_a_lost_connection_gets_the_rest(client: httpx.Client, services: ScriptedServices) -> None:
    """The same body with the last id seen gets exactly what followed, without a second turn."""
    told = _all(client)
    assert _plain(_all(client, told[3].id)) == _plain(told[4:])
    assert (len(services.explained), services.repeated) == (1, [])


def test_nothing_follows_the_last_event(client: httpx.Client) -> None:
    """Resuming after the end is 204, which tells a reconnecting client to stop."""
    told = _all(client)
    answer = client.post("/chat/stream?events=all", json=BODY, headers={"Last-Event-ID": told[-1].id})
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_stopped_turn_runs_again(serve: Serve) -> None:
    """A turn that its client left was stopped; resuming runs the same turn again and says that it restarts."""
    services = ScriptedServices(script=[READING, TextDelta(text="Hm. "), None])
    client = serve(services)
    with client.stream("POST", "/chat/stream?events=all", json=BODY) as answer:
        last = next(event for event in EventSource(answer).iter_sse() if event.event == "text_delta")
    assert services.closed.wait(5)
    services.play_whole_turns()
    memory = [{"role": "user", "content": "Tea."}]
    told = _all(client, last.id, session_id=None, short_term_memory=memory)
    turn_id = services.explained[0].turn_id
    assert (told[0].event, json.loads(told[0].data)["turn_id"]) == ("turn_restarted", turn_id)
    assert told[-1].event == "turn_completed"
    assert services.repeated == [turn_id]
    assert services.histories[-1][0].content == "Tea."
    assert _plain(_all(client, told[0].id)) == _plain(told[1:])


@pytest.mark.parametrize(
    ("last", "changes", "status", "code"),
    [
        ("", {}, 404, "not_found"),
        ("7", {}, 404, "not_found"),
        ("t.r.x.mine", {}, 404, "not_found"),
        ("t.r.1.other", {}, 404, "not_found"),
        ("t.r.1.unknown", {"session_id": None}, 404, "not_found"),
        ("t.r.1.mine", {}, 404, "not_found"),
        ("t.r.1.mine", {"learner_id": "bob"}, 404, "not_found"),
        ("t.r.1.mine", {"engine": "local"}, 422, "engine_unavailable"),
    ],
)
def test_an_id_that_leads_nowhere(
    client: httpx.Client, last: str, changes: dict[str, object], status: int, code: str
) -> None:
    """Ids that are none of ours, unknown turns and other learners' are not found."""
    client.post("/chat", json=BODY)
    answer = client.post("/chat/stream?events=all", json={**BODY, **changes}, headers={"Last-Event-ID": last})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_turn_is_told_only_in_its_session(client: httpx.Client, services: ScriptedServices) -> None:
    """The id of a turn that is kept, put together with a session of one's own, leads nowhere."""
    told = _all(client)
    client.post("/chat", json={**BODY, "session_id": "own", "learner_id": "bob"})
    turn_id, run, _, _ = told[0].id.split(".", 3)
    stolen = {"Last-Event-ID": f"{turn_id}.{run}.0.own"}
    asked = {**BODY, "session_id": "own", "learner_id": "bob"}
    answer = client.post("/chat/stream?events=all", json=asked, headers=stolen)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert services.repeated == [turn_id]

"""Leaving a turn and coming back, on the real thing: container, compiled graph, database, sidecar."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from httpx_sse import EventSource

from feynman.client import Client
from feynman.container import Container
from feynman.domain import Question, TextDelta, Turn
from feynman.engines.scripted import Script, ScriptedStudent
from feynman.settings import Settings
from feynman.sidecar import Sidecar, create_app, services_of

BODY: Final = {"topic": "Kites", "explanation": "The wind lifts it.", "session_id": "s", "learner_id": "ada"}
REPLY = ("Hm. ", "Why?", Question(text="Why?", gap_id=None, depth="deep"))


class School:
    """A container with a scripted student, and sidecars on it one after the other."""

    def __init__(self, folder: Path, student: ScriptedStudent) -> None:
        settings = Settings.model_validate({"data_dir": folder, "sidecar_port": 0, "engine": "builtin"})
        self.container = Container.open(settings, student=lambda _: student)
        self.sidecar: Sidecar | None = None

    def serve(self) -> str:
        """Serve anew, knowing nothing of earlier streams, and return the address."""
        if self.sidecar is not None:
            self.sidecar.stop()
        self.sidecar = Sidecar("127.0.0.1", 0)
        self.sidecar.start(create_app(services_of(self.container)))
        return self.sidecar.url

    def turns(self, session_id: str, learner_id: str) -> tuple[Turn, ...]:
        """What is stored of the session."""
        study = self.container.study
        return self.container.loop.run(study.conversation(session_id, learner_id)).turns

    def close(self) -> None:
        """End everything."""
        if self.sidecar is not None:
            self.sidecar.stop()
        self.container.close()


@pytest.fixture
def student() -> ScriptedStudent:
    """One that gets stuck in the middle of its first reply and does well from then on."""
    return ScriptedStudent([Script(reply=REPLY, hold_reply=asyncio.Event()), Script(reply=REPLY)])


@pytest.fixture
def school(tmp_path: Path, student: ScriptedStudent) -> Iterator[School]:
    """A school, closed afterwards."""
    made = School(tmp_path / "data", student)
    yield made
    made.close()


def _until_stopped(school: School) -> None:
    deadline = time.monotonic() + 10
    while school.turns("s", "ada")[0].status != "stopped":
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _resumed(client: httpx.Client, last: str | None) -> list[tuple[str, str]]:
    headers = {} if last is None else {"Last-Event-ID": last}
    with client.stream("POST", "/chat/stream?events=all", json=BODY, headers=headers) as answer:
        assert answer.status_code == 200
        return [(sent.event, sent.id) for sent in EventSource(answer).iter_sse()]


def test_a_turn_that_was_left_is_finished_on_return(school: School, student: ScriptedStudent) -> None:
    """Leaving stops the turn and keeps it as stopped; coming back finishes the same turn, which is stored once."""
    with (
        Client(school.serve()) as client,
        client.stream(BODY["topic"], BODY["explanation"], session_id="s", learner_id="ada") as turn,
    ):
        next(event for event in turn if isinstance(event, TextDelta))
    _until_stopped(school)
    assert school.turns("s", "ada")[0].reply == "Hm. "
    with httpx.Client(base_url=school.serve()) as http:
        told = _resumed(http, turn.last_event_id)
        assert told[0][0] == "turn_restarted"
        assert told[-1][0] == "turn_completed"
        assert _resumed(http, told[2][1]) == told[3:]
    (kept,) = school.turns("s", "ada")
    assert (kept.id, kept.status, kept.reply) == (turn.turn_id, "completed", "Hm. Why?")
    assert len(student.lessons) == 2


def test_a_finished_turn_is_told_from_the_records(school: School, student: ScriptedStudent) -> None:
    """Where the stream is no longer at hand, a completed turn is told again and not run again."""
    student.scripts = [Script(reply=REPLY)]
    with httpx.Client(base_url=school.serve()) as http:
        told = _resumed(http, None)
    with httpx.Client(base_url=school.serve()) as http:
        again = _resumed(http, told[1][1])
    assert [name for name, _ in again] == ["turn_restarted", "text_delta", "question_asked", "turn_completed"]
    assert len(student.lessons) == 1


def test_the_seeds_protocol_stops_too(school: School) -> None:
    """A client of the seed's protocol that leaves stops its turn as well; closing answers 503 to the next."""
    with httpx.Client(base_url=school.serve()) as http:
        with http.stream("POST", "/chat/stream", json=BODY) as answer:
            lines = answer.iter_lines()
            assert next(lines) == 'data: "Hm. "'
        _until_stopped(school)
        assert http.get("/health/ready").status_code == 200
        school.container.quiesce(1.0)
        refused = http.post("/chat/stream", json=BODY)
        assert (refused.status_code, refused.json()["code"]) == (503, "shutting_down")
        assert http.get("/health/live").status_code == 200


def test_a_turn_of_another_session_is_not_told(school: School, student: ScriptedStudent) -> None:
    """An id that joins a turn to another session of the same learner leads nowhere, at hand or not."""
    student.scripts = [Script(reply=REPLY)]
    with httpx.Client(base_url=school.serve()) as http:
        told = _resumed(http, None)
        turn_id, run, number, _ = told[0][1].split(".", 3)
        other = {**BODY, "session_id": "other"}
        assert http.post("/chat", json=other).status_code == 200
        for known in (run, "unknown"):
            wrong = {"Last-Event-ID": f"{turn_id}.{known}.{number}.other"}
            refused = http.post("/chat/stream?events=all", json=other, headers=wrong)
            assert (refused.status_code, refused.json()["code"]) == (404, "not_found")

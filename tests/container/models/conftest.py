"""An application over a scripted endpoint that runs on a loop of its own."""

import json
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from feynman.lifecycle import Application
from feynman.runtime import LoopThread
from feynman.settings import Settings
from tests.container.conftest import Make
from tests.engines.llm.server import Answer, Call, Say, Server, Tool, verdict_of

__all__ = ["GREEN", "SAID", "TEXT", "Start", "able", "chat", "running"]

TEXT = "A plant's mass comes from the soil. The green stuff in the leaves takes in sunlight and its energy."
SAID = "Hm. How could one find out?"
GREEN = "The green stuff in the leaves takes in sunlight and its energy"
POINTS = [
    "Chlorophyll in the leaves absorbs the energy of sunlight.",
    "Oxygen is released because water molecules are split.",
]
_LEGS = json.dumps({"legs": 4})

Start = Callable[..., Application]


def able(call: Call) -> Answer:
    """A model that can do everything: it uses three tools at once, finds nothing missing and asks a question."""
    if "cat" in call.text or "Say hello" in call.text:
        return Tool([("legs", {"legs": 4})]) if call.way == "tools" else Say(_LEGS)
    if call.way == "stream":
        return Say(SAID)
    if "Translate the user's text" in call.text or "把用户给出的文字" in call.text:
        return Say("光")
    if "You sum up a session" in call.text:
        return Say(json.dumps({"understood": ["Leaves take in sunlight."], "open_questions": ["Where mass is from."]}))
    if call.body.get("tools") and not any(message["role"] == "tool" for message in call.body["messages"]):
        return Tool(
            [
                ("calculate", {"expression": "2 + 2"}),
                ("translate", {"text": "light", "to": "zh"}),
                ("search_reference", {"query": "sunlight"}),
            ]
        )
    found = [{"point": 1, "status": "covered", "quote": GREEN}, {"point": 2, "status": "missing", "quote": None}]
    return Say(verdict_of(points=found))


@pytest.fixture
def endpoint() -> Iterator[Server]:
    """An endpoint in front of an able model."""
    with running(Server(able)) as server:
        yield server


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Let ``server`` run on a thread."""
    loop, stack = LoopThread("endpoint"), AsyncExitStack()
    loop.start()
    loop.run(stack.enter_async_context(server.running()), 5)
    try:
        yield server
    finally:
        loop.run(stack.aclose(), 5)
        loop.stop()


@pytest.fixture
def start(make: Make) -> Iterator[Start]:
    """Start the application with changed settings; one that ran before is closed."""
    started: list[Application] = []

    def application(**changes: Any) -> Application:  # noqa: ANN401 # settings
        while started:
            started.pop().close()
        settings: Settings = make(**changes)
        started.append(Application.start(settings))
        return started[-1]

    yield application
    while started:
        started.pop().close()


def chat(application: Application, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 # JSON
    """Send one explanation over HTTP."""
    assert application.sidecar is not None
    reference = {"key_points": POINTS}
    body = {"topic": "Leaves", "explanation": TEXT, "learner_id": "ada", "reference": reference, **fields}
    answer = httpx.post(f"{application.sidecar.url}/chat", json=body, timeout=170)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    return tmp_path

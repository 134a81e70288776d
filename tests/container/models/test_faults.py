"""Whole turns over HTTP with an endpoint that misbehaves: what is too slow for here is in ``tests/engines/llm``."""

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing

import pytest

from feynman.domain import Explanation, TextDelta
from feynman.lifecycle import Application
from tests.container.models.conftest import SAID, TEXT, Start, able, chat
from tests.container.models.test_turns import model
from tests.engines.llm.server import Answer, Call, Cut, Raw, Refuse, Say, Server, Slow, Stream

FAULTS: list[tuple[str, Answer, str]] = [
    ("wrong key", Refuse(401), "model_unauthorized"),
    ("too many", Refuse(429, {"Retry-After": "0"}), "model_rate_limited"),
    ("server error", Refuse(500), "model_unreachable"),
    ("garbage", Raw(b"{garbage"), "model_answer_unusable"),
    ("wrong schema", Say('{"verdict": "fine"}'), "model_answer_unusable"),
    ("empty choices", Raw(b'{"id": "1", "object": "chat.completion", "choices": []}'), "model_answer_unusable"),
    ("invalid utf-8", Raw(b'{"choices": [{"message": {"content": "\xff\xfe"}}]}'), "model_answer_unusable"),
]
BROKEN: list[tuple[str, Answer, str]] = [
    ("cut", Cut("Hm. Where"), "model_unreachable"),
    ("nothing said", Stream([{"role": "assistant", "content": ""}]), "model_answer_unusable"),
]


@pytest.mark.parametrize(("answer", "code"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_the_turn_is_finished_and_the_next_one_is_the_models(
    answer: Answer, code: str, endpoint: Server, start: Start
) -> None:
    """The text is kept, the answer says why, nothing is left open, and a mended endpoint is used again."""
    application = start(**model(endpoint))
    chat(application)
    endpoint.script = lambda call: able(call) if "You sum up" in call.text else answer
    failed = chat(application)
    assert (failed["degraded"], failed["degraded_code"]) == (True, code)
    assert failed["reply"]
    assert kept(application, failed["session_id"]) == [(TEXT, "completed")]
    endpoint.script = able
    mended = chat(application)
    assert (mended["degraded"], mended["reply"]) == (False, SAID)
    until(lambda: idle(application))


@pytest.mark.parametrize(("answer", "code"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_stream_ends_in_a_question(answer: Answer, code: str, endpoint: Server, start: Start) -> None:
    """What was said stays, the built-in student asks, nothing is left open, and the next turn is the model's."""
    application = start(**model(endpoint))
    endpoint.script = lambda call: answer if is_reply(call) else able(call)
    broken = chat(application)
    assert broken["degraded_code"] == code
    assert broken["questions"]
    assert kept(application, broken["session_id"]) == [(TEXT, "completed")]
    endpoint.script = able
    assert chat(application)["reply"] == SAID
    until(lambda: idle(application))


def test_a_turn_that_is_left_stops_the_model(endpoint: Server, start: Start) -> None:
    """Closed in the middle of a stream it closes the connection to the endpoint; its text is kept."""
    application = start(**model(endpoint))
    session = chat(application)["session_id"]
    endpoint.script = lambda call: Slow(0.1, "It is a long story. " * 40) if is_reply(call) else able(call)
    explanation = Explanation(
        topic="Leaves", text=TEXT, language="en", learner_id="ada", session_id=session, turn_id="left"
    )

    async def listen_and_leave() -> None:
        async with aclosing(application.container.study.explain(explanation)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    return

    abandoned = endpoint.abandoned
    application.container.loop.run(listen_and_leave(), 60)
    until(lambda: endpoint.abandoned > abandoned)
    assert kept(application, session)[-1] == (TEXT, "stopped")
    until(lambda: idle(application))


def is_reply(call: Call) -> bool:
    """Whether the student's words are asked for; the endpoint's abilities are tried out by streams too."""
    return call.way == "stream" and "cat" not in call.text and "Say hello" not in call.text


def kept(application: Application, session: str) -> list[tuple[str, str]]:
    """The session's turns: text and status."""
    container = application.container
    turns = container.loop.run(container.study.conversation(session, "ada"), 10).turns
    return [(turn.text, turn.status) for turn in turns]


def idle(application: Application) -> bool:
    """Whether no turn and no call of a model goes on."""
    return not application.container.loop.run(_at_work(), 10)


async def _at_work() -> list[str]:
    names = (str(task.get_coro()) for task in asyncio.all_tasks())
    return [name for name in names if any(part in name for part in ("Workflow", "stream", "complete", "Turns", "told"))]


def until(condition: Callable[[], bool]) -> None:
    """Wait for it."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)

"""The clients against a whole Feynman."""

import asyncio
import textwrap

import httpx
import pytest

import feynman.client
import feynman.wire
from feynman.client import (
    AsyncClient,
    ChatResponse,
    Client,
    ClientError,
    Invalid,
    MemoryEntry,
    NotThere,
    StreamEvent,
    Unreachable,
    Unreadable,
)
from feynman.client.asking import read
from feynman.domain import GapFound, StageStarted, TextDelta, TurnCompleted
from feynman.lifecycle import Application

TEXT = "Water pushes things up. Heavy things sink and light things float."


def _reply(events: list[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def test_a_turn_as_a_whole(url: str) -> None:
    """Chat returns the whole answer, typed, and its memory continues the conversation."""
    with Client(url) as client:
        answer = client.chat("Buoyancy", TEXT, session_id="whole")
        assert answer.questions
        assert (answer.engine, answer.session_id) == ("builtin", "whole")
        assert answer.gaps[0].severity >= 1
        again = client.chat(
            "Buoyancy", "It depends on density.", session_id="whole", short_term_memory=answer.short_term_memory
        )
        assert [line.role for line in again.short_term_memory] == ["user", "assistant"] * 2


def test_a_turn_while_it_happens(url: str) -> None:
    """Stream yields typed events up to the turn's end and rolls the memory."""
    before = [MemoryEntry(role="user", content="Boats float.")]
    with Client(url) as client, client.stream("Buoyancy", TEXT, short_term_memory=before) as turn:
        events = list(turn)
    assert isinstance(events[0], StageStarted)
    assert any(isinstance(event, GapFound) for event in events)
    assert isinstance(events[-1], TurnCompleted)
    assert turn.completed == events[-1]
    assert _reply(events) == turn.completed.reply
    assert (turn.session_id, turn.turn_id) == (turn.completed.session_id, turn.completed.turn_id)
    assert [line.content for line in turn.short_term_memory] == ["Boats float.", TEXT, turn.completed.reply]


async def test_the_same_with_asyncio(url: str) -> None:
    """AsyncClient does all of it, in Chinese too."""
    async with AsyncClient(url) as client:
        assert await client.ready()
        assert (await client.health()).checks["database"].status == "healthy"
        answer = await client.chat("浮力", "水把东西往上推。", session_id="zh")
        assert answer.language == "zh"
        memory = answer.short_term_memory
        async with client.stream("浮力", "重的东西会沉下去。", session_id="zh", short_term_memory=memory) as turn:
            events = [event async for event in turn]
        assert turn.completed is not None
        assert _reply(events) == turn.completed.reply
        assert len(turn.short_term_memory) == 4
        kept = await client.memorize("浮力", turn.short_term_memory, session_id="zh")
        assert kept.session_id == "zh"
        with pytest.raises(Invalid):
            await client.chat("浮力", " ")
        with pytest.raises(NotThere):
            async with client.stream("浮力", "水。", reference={"id": "no-such-topic"}):
                pass


def test_a_conversation_is_remembered(url: str, application: Application) -> None:
    """Memorize is answered when the conversation is stored, and it becomes a memory of its learner."""
    history = [
        MemoryEntry(role="system", content="You are a student."),
        MemoryEntry(role="user", content="A kite flies because the wind pushes on it."),
        MemoryEntry(role="assistant", content="And why does it not fly away?"),
        MemoryEntry(role="user", content="Because of the string."),
    ]
    container = application.container
    with Client(url) as client:
        kept = client.memorize("Kites", history, learner_id="ada", idempotency_key="k-1")
        assert client.memorize("Kites", history, learner_id="ada", idempotency_key="k-1") == kept
    conversation = container.loop.run(container.study.conversation(kept.session_id, "ada"))
    assert [turn.text for turn in conversation.turns] == [history[1].content, history[3].content]
    assert conversation.turns[0].reply == history[2].content
    memories = container.loop.run(_remembered(application, "ada"), 20)
    assert "the wind pushes on it" in memories[0]
    assert len(memories) == 1


async def _remembered(application: Application, learner_id: str) -> list[str]:
    while not (found := await application.container.study.memories(learner_id)):
        await asyncio.sleep(0.05)
    return [memory.text for memory in found]


def test_health_and_readiness(url: str) -> None:
    """Health tells of every part, ready in one word."""
    with Client(url) as client:
        assert client.ready()
        health = client.health()
    assert health.checks["database"].status == "healthy"
    assert health.uptime_seconds > 0


def test_errors_have_classes(url: str) -> None:
    """What the API refuses is raised as its own class with code and request id, and says whether to try again."""
    with Client(url) as client:
        with pytest.raises(Invalid) as refused:
            client.chat(" ", TEXT)
        assert (refused.value.status, refused.value.code, refused.value.retryable) == (422, "empty_text", False)
        assert refused.value.request_id
        with pytest.raises(NotThere), client.stream("Buoyancy", TEXT, reference={"id": "nothing"}):
            pass


def test_nobody_answers() -> None:
    """A server that is not there is one kind of error, whatever is called; it is not ready."""
    with Client("http://127.0.0.1:9") as client:
        assert not client.ready()
        with pytest.raises(Unreachable):
            client.health()
        with pytest.raises(ClientError), client.stream("Tea", "Hot."):
            pass


def test_another_server_is_noticed(url: str) -> None:
    """An answer that is none of this API's is an error and not a crash."""
    with pytest.raises(Unreadable):
        read(ChatResponse, httpx.get(f"{url}/docs"))
    with pytest.raises(Unreadable):
        read(ChatResponse, httpx.Response(404, text="<html>Not found</html>"))


def test_the_example_runs(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The example of the package's documentation works as it stands, but for the port."""
    assert feynman.client.__doc__ is not None
    example = textwrap.dedent(feynman.client.__doc__.split(".. code-block:: python\n")[1])
    exec(compile(example.replace("http://127.0.0.1:8600", url), "example", "exec"), {})  # noqa: S102 # our own example
    assert "[" in capsys.readouterr().out


def test_all_names_are_there() -> None:
    """Everything that the packages promise exists."""
    for package in (feynman.client, feynman.wire):
        assert all(hasattr(package, name) for name in package.__all__)

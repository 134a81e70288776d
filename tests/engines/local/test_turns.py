"""Turns with a real model in this process."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing

import httpx
import pytest
from httpx2 import AsyncClient
from pydantic import BaseModel

from feynman.domain import ModelUnreachable, Question, Usage
from feynman.engines.builtin import BuiltinStudent
from feynman.engines.fallback import FallbackStudent
from feynman.engines.llm import Capabilities, Line, ModelStudent, Protection, pooled_client
from feynman.engines.llm.capabilities import options_for
from feynman.engines.local import LocalServer
from feynman.engines.student import Degradation
from feynman.text.embedding import Embedder
from tests.engines.llm.conftest import PLANTS, examined, lesson, replied
from tests.engines.local.conftest import SMALL

KNOWN = Capabilities(structured="json_schema", stream_usage=True)
# Where an answer is not streamed the server looks after its caller when nothing has happened for a second, and being
# asked for its slots is something that happens.
LOOK = 1.3
TEXT = "Plants grow because they eat soil with their roots."


class Animal(BaseModel):
    """An animal."""

    has_legs: bool
    can_fly: bool


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    """Connections; afterwards no task is left."""
    before = asyncio.all_tasks()
    shared = pooled_client()
    yield shared
    await shared.aclose()
    assert asyncio.all_tasks() <= {*before, asyncio.current_task()}


def line_to(server: LocalServer, client: AsyncClient) -> Line:
    """A line that tries once."""
    assert server.endpoint is not None
    return Line(server.endpoint, client, protection=Protection(attempts=1))


async def busy(server: LocalServer) -> int:
    """How many slots are at work, as the server itself says."""
    assert server.endpoint is not None
    assert server.endpoint.api_key is not None
    key = {"Authorization": f"Bearer {server.endpoint.api_key.get_secret_value()}"}
    async with httpx.AsyncClient(trust_env=False, headers=key) as client:
        slots = (await client.get(server.endpoint.url.removesuffix("/v1") + "/slots")).json()
    return sum(slot["is_processing"] for slot in slots)


async def until(count: int, server: LocalServer, pause: float = 0.02) -> None:
    """Wait until so many slots are busy."""
    async with asyncio.timeout(10):
        while await busy(server) != count:
            await asyncio.sleep(pause)


async def test_words_come_one_by_one(running: LocalServer, client: AsyncClient) -> None:
    """A stream has many pieces, and its tokens are counted by the server."""
    used: list[Usage] = []
    stream = line_to(running, client).stream([("human", "Count to 5.")], key="k", note=used.append, with_usage=True)
    pieces = [piece async for piece in stream]
    assert len(pieces) > 5
    assert len(used) == 1
    assert 5 < used[0].output_tokens <= SMALL.longest
    assert used[0].input_tokens > 5
    assert used[0].time_to_first_token is not None


async def test_an_answer_keeps_to_the_schema(running: LocalServer, client: AsyncClient) -> None:
    """Even this model: the server lets nothing else through."""
    message = await line_to(running, client).complete(
        [("human", "A sparrow.")], key="k", note=lambda _: None, options=options_for("json_schema", Animal)
    )
    Animal.model_validate(json.loads(str(message.text)))


async def test_the_server_sees_a_cancelled_stream(running: LocalServer, client: AsyncClient) -> None:
    """Its slot is free again long before the answer would have ended."""
    line = line_to(running, client)
    stream = line.stream(
        [("human", "Write a long story about a dragon, with many chapters.")],
        key="k",
        note=lambda _: None,
        with_usage=True,
    )
    async with aclosing(stream):
        await anext(stream)
        assert await busy(running) == 1
    await until(0, running)


async def test_the_server_sees_a_cancelled_turn(running: LocalServer, client: AsyncClient, embedder: Embedder) -> None:
    """So does one that was waiting for the whole verdict."""
    student = ModelStudent(line_to(running, client), embedder, known=KNOWN, name="local")
    turn = asyncio.create_task(examined(student, lesson(TEXT)))
    await until(1, running)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    await until(0, running, LOOK)


async def test_four_questions_at_once_on_two_slots(
    running: LocalServer, client: AsyncClient, embedder: Embedder
) -> None:
    """Each turn comes to a reply and one question, degraded or not, and all slots are free afterwards."""
    builtin = BuiltinStudent(embedder)
    student = FallbackStudent(ModelStudent(line_to(running, client), embedder, known=KNOWN, name="local"), builtin)
    given = lesson(TEXT)
    _, analysis = await examined(builtin, given)
    for reply, pieces in await asyncio.gather(*(replied(student, given, analysis) for _ in range(4))):
        questions = [piece for piece in pieces if isinstance(piece, Question)]
        assert len(questions) == 1
        assert reply.endswith(questions[0].text)
    await until(0, running, LOOK)


async def test_a_restart_in_the_middle_of_a_turn_is_seen_and_survived(
    running: LocalServer, client: AsyncClient, embedder: Embedder
) -> None:
    """The built-in student finishes the turn and says why; on the new server the model answers again."""
    line = line_to(running, client)
    student = FallbackStudent(ModelStudent(line, embedder, known=KNOWN, name="local"), BuiltinStudent(embedder))
    given = lesson(TEXT)
    turn = asyncio.create_task(examined(student, given))
    await until(1, running)
    await running.stop()
    found, analysis = await turn
    assert [one.code for one in found if isinstance(one, Degradation)] == [ModelUnreachable.code]
    assert len(analysis.coverage) == len(PLANTS.points)
    reply, pieces = await replied(student, given, analysis)
    assert reply
    assert [piece.code for piece in pieces if isinstance(piece, Degradation)] == [ModelUnreachable.code]
    await running.start()
    assert running.endpoint == line.endpoint
    assert [piece async for piece in line.stream([("human", "Hi")], key="k", note=lambda _: None, with_usage=True)]

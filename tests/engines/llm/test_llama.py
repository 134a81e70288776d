"""The plumbing holds with a real server and a real model, whatever a model of 135 million parameters says."""

import asyncio
from collections.abc import Awaitable, Iterator
from typing import Literal

import pytest
from langchain_core.messages import AIMessage

from feynman.domain import ModelAnswerUnusable, ModelError, Question
from feynman.engines.builtin import BuiltinStudent
from feynman.engines.fallback import FallbackStudent
from feynman.engines.llm import Capabilities, Endpoint, Line, ModelStudent, Protection, Timeouts, pooled_client, probe
from feynman.engines.llm.schema import Verdict, strict_schema
from feynman.engines.llm.structured import read
from feynman.text.embedding import Embedder
from tests.engines.conftest import Talk
from tests.engines.llm.conftest import PLANTS
from tests.engines.llm.llama import llama_server


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The server."""
    with llama_server() as address:
        yield address


async def test_the_real_server_is_probed(url: str) -> None:
    """It lists its model, takes JSON schema and tells its usage."""
    client = pooled_client()
    found = await probe(Line(Endpoint(model="smollm2", base_url=url), client))
    assert len(found.models) == 1
    assert (found.structured, found.stream_usage) == ("json_schema", True)
    await client.aclose()


async def test_a_real_answer_is_bound_to_the_schema(url: str) -> None:
    """What a real grammar lets through reads as a verdict."""
    client = pooled_client()
    line = Line(Endpoint(model="smollm2", base_url=url), client)
    wanted = {"name": "verdict", "schema": strict_schema(Verdict), "strict": True}
    form = {"response_format": {"type": "json_schema", "json_schema": wanted}}
    asked = [("human", "Points: 1. Leaves are green. Explanation: leaves are green. Judge.")]
    answers = [
        await _answered(line.complete(asked, key="k", note=lambda _: None, options={**form, **limits}))
        for limits in ({"max_completion_tokens": 250, "temperature": 0.0}, {"max_completion_tokens": 5})
    ]
    # It may talk without end, and five tokens are never enough: then that is said.
    assert all(answer == "cut" or read(answer, Verdict) is not None for answer in answers)
    assert answers[1] == "cut"
    await client.aclose()


async def _answered(call: Awaitable[AIMessage]) -> AIMessage | Literal["cut"]:
    try:
        return await call
    except ModelAnswerUnusable:
        return "cut"


async def test_turns_with_a_real_model(url: str, embedder: Embedder) -> None:
    """Three sessions at once come to findings, a reply and one question each, degraded or not."""
    client = pooled_client()
    line = Line(Endpoint(model="smollm2", base_url=url, timeouts=Timeouts(whole=6.0)), client)
    known = Capabilities(structured="json_schema", stream_usage=True)
    student = FallbackStudent(ModelStudent(line, embedder, known=known), BuiltinStudent(embedder))
    talks = [Talk(student, PLANTS, "en") for _ in range(3)]
    await asyncio.gather(*(talk.say("Plants grow because they eat soil with their roots.") for talk in talks))
    for talk in talks:
        assert len(talk.analysis.coverage) == 3
        questions = [piece for piece in talk.pieces if isinstance(piece, Question)]
        assert len(questions) == 1
        assert talk.reply.endswith(questions[0].text)
    await client.aclose()


async def test_a_restart_in_the_middle_is_an_error_and_then_over() -> None:
    """A server that goes away breaks the stream as ours; on the same port again it is used again."""
    client = pooled_client()
    before = asyncio.all_tasks()
    with llama_server() as address:
        port = int(address.rsplit(":", 1)[1].split("/")[0])
        line = Line(Endpoint(model="smollm2", base_url=address), client, protection=Protection(attempts=1))
        stream = line.stream([("human", "Count from 1 to 500.")], key="k", note=lambda _: None, with_usage=True)
        await anext(stream)
        await stream.aclose()
    with pytest.raises(ModelError):
        await line.complete([("human", "hi")], key="k", note=lambda _: None)
    with llama_server(port=port):
        again = line.stream([("human", "Say hi.")], key="k", note=lambda _: None, with_usage=True)
        assert "".join([str(piece) async for piece in again])
    await client.aclose()
    assert asyncio.all_tasks() <= before

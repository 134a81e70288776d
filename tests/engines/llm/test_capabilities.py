"""What an endpoint can do is found out with tiny requests."""

from collections.abc import Callable

import pytest

from feynman.domain import ModelRateLimited, ModelUnauthorized, ModelUnreachable
from feynman.engines.llm import Endpoint, Line, Protection, pooled_client, probe
from tests.engines.llm.conftest import FAST
from tests.engines.llm.server import Answer, Call, Raw, Refuse, Say, Server, Tool

LEGS = '{"legs": 4}'


def full(call: Call) -> Answer:
    """Everything works."""
    tool = call.body.get("tools")
    return Tool([("legs", {"legs": 4})]) if tool and "response_format" not in call.body else Say(LEGS)


def no_schema(call: Call) -> Answer:
    """As DeepSeek: no JSON schema."""
    return Refuse(400) if call.way == "json_schema" else full(call)


def broken_schema(call: Call) -> Answer:
    """A server that fails on what it does not know."""
    return Refuse(500) if call.way == "json_schema" else full(call)


def only_json(call: Call) -> Answer:
    """JSON mode and no more."""
    return Say(LEGS) if call.way == "json_object" else Say("A cat has four.")


def deaf(call: Call) -> Answer:
    """A server that ignores every parameter."""
    return Say(f"A cat has four legs, {call.path}.")


@pytest.mark.parametrize(
    ("script", "structured", "tools", "both"),
    [
        (full, "json_schema", True, True),
        (no_schema, "function_calling", True, False),
        (broken_schema, "function_calling", True, False),
        (only_json, "json_mode", False, False),
        (deaf, "prompt", False, False),
    ],
)
async def test_what_works_is_found_out(
    script: Callable[[Call], Answer], structured: str, tools: bool, both: bool, server: Server  # noqa: FBT001 # a case
) -> None:  # fmt: skip
    """The best way to a structured answer, tools, and both together."""
    server.script = script
    found = await probed(server)
    assert (found.structured, found.tools, found.tools_with_schema) == (structured, tools, both)
    assert found.models == ("scripted-1", "scripted-2")
    assert found.stream_usage
    assert found.time_to_first_token is not None
    assert len(server.calls) <= 6


async def probed(server: Server):  # type: ignore[no-untyped-def] # noqa: ANN201 # Capabilities
    """Probe a server."""
    client = pooled_client()
    line = Line(
        Endpoint(model="scripted-1", base_url=server.url, timeouts=FAST), client, protection=Protection(attempts=1)
    )
    try:
        return await probe(line)
    finally:
        await client.aclose()


async def test_usage_in_streams_may_be_refused(server: Server) -> None:
    """A server that does not take ``stream_options`` is asked without."""
    server.refuses_usage = True
    assert not (await probed(server)).stream_usage


async def test_usage_in_streams_may_be_ignored(server: Server) -> None:
    """A server that takes it and does not answer to it has none."""
    server.script = lambda _: Say("four", usage=False)
    assert not (await probed(server)).stream_usage


@pytest.mark.parametrize(
    ("answer", "error"),
    [(Refuse(401), ModelUnauthorized), (Refuse(429), ModelRateLimited), (Refuse(500), ModelUnreachable)],
)
async def test_an_endpoint_that_does_not_work_is_an_error(
    answer: Answer, error: type[Exception], server: Server
) -> None:
    """Nothing is concluded from a server that lets nobody in."""
    server.script = lambda _: answer
    with pytest.raises(error):
        await probed(server)


async def test_a_server_that_answers_nonsense_can_only_be_prompted(server: Server) -> None:
    """Garbage in answer to a parameter means that it is not understood."""
    server.script = lambda call: Say("hello") if call.way == "stream" else Raw(b"{garbage")
    assert (await probed(server)).structured == "prompt"

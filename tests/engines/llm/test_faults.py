"""Every way in which an endpoint misbehaves ends in one of our errors, in time, and leaves nothing behind."""

import asyncio
from datetime import UTC, datetime

import pytest

from feynman.domain import (
    ModelAnswerUnusable,
    ModelError,
    ModelRateLimited,
    ModelRejected,
    ModelTimedOut,
    ModelUnauthorized,
    ModelUnreachable,
)
from feynman.engines.builtin import BuiltinStudent
from feynman.engines.fallback import FallbackStudent
from feynman.engines.llm import Endpoint, Line, Timeouts, pooled_client
from feynman.engines.llm.wire.faults import retry_after
from feynman.engines.student import Degradation
from feynman.text.embedding import Embedder
from tests.engines.llm.conftest import ABLE, Make, answers, examined, lesson, replied, settled
from tests.engines.llm.server import Answer, Cut, Raw, Refuse, Say, Server, Silent, Slow, Stream

TEXT = "Plants grow because they eat soil."

ANYWHERE: list[tuple[str, Answer, type[ModelError]]] = [
    ("401", Refuse(401), ModelUnauthorized),
    ("403", Refuse(403), ModelUnauthorized),
    ("402", Refuse(402), ModelRateLimited),
    ("404", Refuse(404), ModelRejected),
    ("400", Refuse(400), ModelRejected),
    ("408", Refuse(408), ModelTimedOut),
    ("429", Refuse(429, {"Retry-After": "7"}), ModelRateLimited),
    ("500", Refuse(500), ModelUnreachable),
    ("503", Refuse(503), ModelUnreachable),
    ("silent", Silent(), ModelTimedOut),
    ("garbage", Raw(b"{garbage"), ModelAnswerUnusable),
    ("page", Raw(b"<html>Sign in</html>", "text/html"), ModelAnswerUnusable),
    ("list", Raw(b"[1, 2]"), ModelAnswerUnusable),
    ("null", Raw(b"null"), ModelAnswerUnusable),
    ("null choices", Raw(b'{"id": "1", "choices": null}'), ModelAnswerUnusable),
    ("empty choices", Raw(b'{"id": "1", "object": "chat.completion", "choices": []}'), ModelAnswerUnusable),
    ("invalid utf-8", Raw(b'{"choices": [{"message": {"content": "\xff\xfe"}}]}'), ModelAnswerUnusable),
]
STREAMED: list[tuple[str, Answer, type[ModelError]]] = [
    ("cut", Cut("Hm. Where"), ModelUnreachable),
    ("cut cleanly", Cut("Hm. Where", clean=True), ModelUnreachable),
    ("slow", Slow(60.0), ModelTimedOut),
    ("slow later", Slow(0.5), ModelTimedOut),
    ("nothing said", Stream([{"role": "assistant", "content": ""}]), ModelAnswerUnusable),
    ("only thoughts", Stream([{"content": "<think>"}, {"content": "hm</think>"}]), ModelAnswerUnusable),
    ("bad event", Raw(b"data: {garbage\n\n", "text/event-stream"), ModelAnswerUnusable),
    ("bad bytes", Raw(b'data: {"choices": [{"delta": {"content": "\xff"}}]}\n\n', "text/event-stream"), ModelError),
    ("error event", Raw(b'data: {"error": {"message": "overloaded"}}\n\n', "text/event-stream"), ModelUnreachable),
]


@pytest.mark.parametrize(("answer", "error"), [case[1:] for case in ANYWHERE], ids=[case[0] for case in ANYWHERE])
async def test_an_examination_fails_as_ours(
    answer: Answer, error: type[ModelError], server: Server, make: Make
) -> None:
    """It raises the right error without text of the learner or of the answer in it."""
    server.script = lambda _: answer
    with pytest.raises(error) as raised:
        await examined(make(), lesson(TEXT))
    assert "soil" not in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "error"), [case[1:] for case in (*ANYWHERE, *STREAMED)], ids=[case[0] for case in (*ANYWHERE, *STREAMED)]
)
async def test_a_reply_fails_as_ours(
    answer: Answer, error: type[ModelError], server: Server, make: Make, embedder: Embedder
) -> None:
    """As for an examination."""
    student = make()
    _, analysis = await examined(BuiltinStudent(embedder), lesson(TEXT))
    server.script = lambda _: answer
    with pytest.raises(error):
        await replied(student, lesson(TEXT), analysis)


@pytest.mark.parametrize(
    "answer", [case[1] for case in (*ANYWHERE, *STREAMED)], ids=[case[0] for case in (*ANYWHERE, *STREAMED)]
)
async def test_the_built_in_student_takes_over(answer: Answer, server: Server, make: Make, embedder: Embedder) -> None:
    """The turn has findings and one question all the same and says why; the next one is the model's again."""
    student = FallbackStudent(make(), BuiltinStudent(embedder))
    server.script = lambda _: answer
    found, analysis = await examined(student, lesson(TEXT))
    assert any(isinstance(piece, Degradation) for piece in found)
    assert len(analysis.coverage) == 3
    text, pieces = await replied(student, lesson(TEXT), analysis)
    assert any(isinstance(piece, Degradation) for piece in pieces)
    assert text.endswith(pieces[-1].text)
    server.script = answers(reply="Hm. And then?")
    text, pieces = await replied(student, lesson(TEXT), analysis)
    assert text == "Hm. And then?"


async def test_nothing_listens() -> None:
    """A closed port is unreachable at once."""
    async with Server(answers()).running() as gone:
        url = gone.url
    client = pooled_client()
    line = Line(Endpoint(model="m", base_url=url), client)
    with pytest.raises(ModelUnreachable):
        await line.complete([("human", "hi")], key="k", note=lambda _: None)
    await client.aclose()


async def test_a_key_that_can_not_be_one(server: Server) -> None:
    """A key with a line break or a letter of another script inside is refused before anything is sent."""
    client = pooled_client()
    for key in ("sk-abc\nX-Evil: 1", "sk-钥匙"):
        line = Line(Endpoint.model_validate({"model": "m", "base_url": server.url, "api_key": key}), client)
        with pytest.raises(ModelUnauthorized) as raised:
            await line.complete([("human", "hi")], key="k", note=lambda _: None)
        assert key not in str(raised.value)
    assert not server.calls
    await client.aclose()


async def test_the_server_says_how_long_to_wait(server: Server, make: Make) -> None:
    """The seconds of ``Retry-After`` are in the error."""
    server.script = lambda _: Refuse(429, {"Retry-After": "7"})
    with pytest.raises(ModelRateLimited) as raised:
        await examined(make(), lesson(TEXT))
    assert raised.value.retry_after == 7.0


def test_retry_after_may_be_a_date() -> None:
    """It holds seconds or a date; anything else says nothing."""
    now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert retry_after("Sun, 01 Mar 2026 12:00:30 GMT", now) == 30.0
    assert retry_after("Sun, 01 Mar 2026 11:00:00 GMT", now) == 0.0
    assert retry_after("soon") is None
    assert retry_after(None) is None


async def test_stopping_a_reply_is_seen_by_the_server(server: Server, make: Make) -> None:
    """Closing the stream in the middle breaks the connection at once and leaves no task."""
    student = make(timeouts=Timeouts())
    _, analysis = await examined(student, lesson(TEXT))
    server.script = lambda _: Stream([{"content": "Hm, "}, {"content": "and?"}], hold=asyncio.Event())
    pieces = student.reply(lesson(TEXT), analysis)
    assert await anext(pieces) == "Hm, "
    await pieces.aclose()
    await settled(lambda: server.abandoned == 1)


async def test_cancelling_an_examination_is_seen_by_the_server(server: Server, make: Make) -> None:
    """A cancelled task leaves neither call nor task behind."""
    server.script = lambda _: Silent()
    task = asyncio.create_task(examined(make(timeouts=Timeouts()), lesson(TEXT)))
    await settled(lambda: len(server.calls) == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await settled(lambda: server.abandoned == 1)


async def test_an_answer_in_another_form_is_asked_for_once_more(server: Server, make: Make) -> None:
    """A wrong schema is repaired by one more call; a second wrong one is an error."""
    server.script = lambda _: Say('{"colour": "green"}')
    with pytest.raises(ModelAnswerUnusable):
        await examined(make(), lesson(TEXT))
    assert len(server.calls) == 2
    assert ABLE.structured == "json_schema"

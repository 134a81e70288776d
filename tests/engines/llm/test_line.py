"""Every call is limited, repeated, counted and traced; connections are kept."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from langsmith import tracing_context
from langsmith.utils import tracing_is_enabled
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr

from feynman.domain import ModelRejected, ModelUnreachable, Usage
from feynman.engines.llm import Endpoint, Line, Price, Protection, Timeouts, pooled_client
from feynman.engines.llm.accounting import cost_of
from feynman.engines.llm.endpoint import OPENAI_URL
from feynman.engines.llm.prompts import PROMPT_VERSION
from feynman.engines.llm.wire.faults import translated
from feynman.engines.student import Thinking
from feynman.observability import tracing
from feynman.resilience import Breaker, CircuitOpen, FairLimit, Overloaded
from tests.engines.llm.conftest import FAST, Make, examined, lesson
from tests.engines.llm.server import Answer, Cut, Refuse, Say, Server, Stream, verdict_of

HI = [("human", "a secret word")]


@pytest.fixture
async def client() -> AsyncIterator[object]:
    """The pool."""
    pool = pooled_client()
    yield pool
    await pool.aclose()


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """What is traced."""
    tracing.configure()
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield exporter
    # A processor can't be taken off again; this exporter drops what still comes, where a closed processor complains.
    exporter.shutdown()


def line_to(server: Server, client: object, timeouts: Timeouts = FAST, **protection: object) -> Line:
    """A line whose pauses take no time."""

    async def no_pause(_: float) -> None:
        return None

    endpoint = Endpoint(model="scripted-1", base_url=server.url, api_key=SecretStr("sk-hidden"), timeouts=timeouts)
    parts = {"sleep": no_pause, "breaker": Breaker("model", failures=99), **protection}
    return Line(endpoint, client, protection=Protection(**parts))  # type: ignore[arg-type] # parts by name


async def complete(line: Line) -> str:
    """One whole answer."""
    return str((await line.complete(HI, key="k", note=lambda _: None)).text)


async def streamed(line: Line) -> tuple[list[str | Thinking], list[Usage]]:
    """One streamed answer and its usage."""
    used: list[Usage] = []
    pieces = [piece async for piece in line.stream(HI, key="k", note=used.append, with_usage=True)]
    return pieces, used


def steps(*given: Answer) -> object:
    """One answer after the other."""
    left = list(given)
    return lambda _: left.pop(0)


async def test_what_failed_for_a_moment_is_repeated(server: Server, client: object) -> None:
    """Three attempts, by us and by nobody else."""
    server.script = steps(Refuse(500), Refuse(429, {"Retry-After": "0"}), Say("hello"))  # type: ignore[assignment] # a script
    assert await complete(line_to(server, client)) == "hello"
    server.script = lambda _: Refuse(500)
    server.calls.clear()
    with pytest.raises(ModelUnreachable):
        await complete(line_to(server, client))
    assert len(server.calls) == 3


async def test_what_is_refused_is_not_repeated(server: Server, client: object) -> None:
    """The same request would be refused again."""
    server.script = lambda _: Refuse(404)
    with pytest.raises(ModelRejected):
        await complete(line_to(server, client))
    assert len(server.calls) == 1


async def test_a_stream_is_repeated_before_its_first_word_only(server: Server, client: object) -> None:
    """What was said can't be said again."""
    server.script = steps(Refuse(500), Cut("", clean=True), Say("hello you"))  # type: ignore[assignment] # a script
    pieces, used = await streamed(line_to(server, client))
    assert "".join(str(piece) for piece in pieces) == "hello you"
    assert used[-1].output_tokens == 2
    server.script = lambda _: Cut("hello")
    server.calls.clear()
    with pytest.raises(ModelUnreachable):
        await streamed(line_to(server, client))
    assert len(server.calls) == 1


async def test_an_open_circuit_is_not_called(server: Server, client: object) -> None:
    """After enough failures nothing is sent any more."""
    line = line_to(server, client, breaker=Breaker("model", failures=2), attempts=1)
    server.script = lambda _: Refuse(500)
    for _ in range(2):
        with pytest.raises(ModelUnreachable):
            await complete(line)
    server.calls.clear()
    for call in (complete, streamed):
        with pytest.raises(CircuitOpen):
            await call(line)
    assert not server.calls


async def test_no_more_than_so_many_at_once(server: Server, client: object) -> None:
    """A stream holds its place to its end; who finds none is told."""
    line = line_to(server, client, limit=FairLimit(at_once=1, waiting=0))
    hold = asyncio.Event()
    server.script = lambda _: Stream([{"content": "hello"}, {"content": " you"}], hold=hold)
    stream = line.stream(HI, key="k", note=lambda _: None, with_usage=True)
    assert await anext(stream) == "hello"
    with pytest.raises(Overloaded):
        await complete(line)
    hold.set()
    assert [piece async for piece in stream] == [" you"]
    server.script = lambda _: Say("hello")
    assert await complete(line) == "hello"


async def test_a_thousand_turns_share_a_few_connections(server: Server, client: object) -> None:
    """Connections are kept and used again; so is the loop."""
    line = line_to(server, client, Timeouts())
    server.script = lambda _: Say("hello")
    for _ in range(50):
        await asyncio.gather(*(complete(line) for _ in range(20)))
    assert len(server.calls) == 1_000
    assert server.accepted <= 20


async def test_the_key_is_sent_and_not_shown(server: Server, client: object) -> None:
    """It is in the header and in nothing that prints."""
    line = line_to(server, client)
    server.script = lambda _: Say("hello")
    await complete(line)
    assert server.calls[0].headers["authorization"] == "Bearer sk-hidden"
    assert "sk-hidden" not in f"{line.endpoint!r} {line.chat!r} {line.endpoint.model_dump_json()}"


async def test_no_key_of_the_environment_is_sent(
    server: Server, client: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An endpoint without a key does not get OpenAI's."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody")
    monkeypatch.setenv("OPENAI_PROXY", "http://127.0.0.1:1")
    server.script = lambda _: Say("hello")
    await complete(Line(Endpoint(model="m", base_url=server.url), client))  # type: ignore[arg-type] # the pool
    assert "sk-of-somebody" not in str(server.calls[0].headers)


async def test_calls_are_traced_without_their_text(server: Server, make: Make, spans: InMemorySpanExporter) -> None:
    """Provider, operation, models, tokens, finish reason and prompt version; never a word."""
    server.script = lambda _: Say(verdict_of())
    await examined(make(), lesson("a secret word"))
    found: list[ReadableSpan] = [span for span in spans.get_finished_spans() if span.name == "chat scripted-1"]
    (call,) = found
    attributes = dict(call.attributes or {})
    assert attributes["gen_ai.operation.name"] == "chat"
    assert attributes["gen_ai.provider.name"] == "127.0.0.1"
    assert attributes["gen_ai.request.model"] == attributes["gen_ai.response.model"] == "scripted-1"
    assert (attributes["gen_ai.usage.input_tokens"], attributes["gen_ai.usage.output_tokens"]) == (100, 20)
    assert attributes["gen_ai.response.finish_reasons"] == ("stop",)
    assert attributes["gen_ai.conversation.id"] == "s1"
    assert attributes["feynman.prompt_version"] == PROMPT_VERSION
    assert all("secret word" not in span.to_json() for span in spans.get_finished_spans())


async def test_a_failed_call_is_traced_as_failed(server: Server, client: object, spans: InMemorySpanExporter) -> None:
    """With the error's code."""
    server.script = lambda _: Refuse(404)
    with pytest.raises(ModelRejected):
        await complete(line_to(server, client))
    (call,) = spans.get_finished_spans()
    assert dict(call.attributes or {})["error.type"] == "model_rejected"


def test_nothing_is_sent_to_a_tracing_service() -> None:
    """Where LangSmith is switched on, calls of the model are left out."""
    with tracing_context(enabled=True):
        assert tracing_is_enabled()
        with translated():
            assert not tracing_is_enabled()


@pytest.mark.parametrize(
    ("url", "provider"),
    [
        (None, "openai"),
        ("https://api.deepseek.com/v1", "deepseek"),
        ("https://dashscope.aliyuncs.com/compatible-mode/v1", "dashscope.aliyuncs.com"),
        ("http://localhost:11434/v1", "localhost"),
        ("https://notopenai.com/v1", "notopenai.com"),
        ("nonsense", "unknown"),
    ],
)
def test_the_provider_is_told_by_the_host(url: str | None, provider: str) -> None:
    """A known company's name, else the host's."""
    assert Endpoint(model="m", base_url=url).provider == provider
    assert Endpoint(model="m").url == OPENAI_URL


def test_a_price_stands_for_dated_versions_too() -> None:
    """The longest name that fits; no price is no cost."""
    prices = {"gpt-4o": Price(input=2, output=10), "gpt-4o-mini": Price(input=1, output=4)}
    assert cost_of("gpt-4o-2024-08-06", 1_000_000, 100_000, prices) == 3.0
    assert cost_of("gpt-4o-mini-2024-07-18", 1_000_000, 0, prices) == 1.0
    assert cost_of("gpt-4", 1, 1, prices) is None

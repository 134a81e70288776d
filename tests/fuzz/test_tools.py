"""What a model says to tools, and what the web says to us."""

import contextlib
import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from feynman.domain import Reference
from feynman.tools import Calculate, Toolbox, ToolContext
from feynman.tools.calculate import CalculateArguments
from feynman.tools.errors import ToolFailed
from feynman.tools.quoting import CLOSE, OPEN
from feynman.tools.recall import RecallArguments
from feynman.tools.reference import ReferenceArguments
from feynman.tools.tool import Arguments
from feynman.tools.translate import TranslateArguments
from feynman.tools.web.fetch import fetch_json
from feynman.tools.web.provider import SearchResult, results_from
from feynman.tools.web.search import WebSearch, WebSearchArguments
from tests.fuzz.hostile import JSON, TEXTS, TRIED

KEYS = {"title": "title", "url": "url", "text": "content"}
URLS = st.one_of(TEXTS, st.sampled_from(["http://[", "https://a:b@c:99999/", "HTTP://x", "https://水.example/"]))
HITS = st.lists(
    st.one_of(JSON, st.fixed_dictionaries({"title": TEXTS, "url": URLS, "content": TEXTS})),
    max_size=8,
)


def _context() -> ToolContext:
    return ToolContext(learner_id="l", session_id="s", language="en", topic="Tea", reference=Reference(topic="Tea"))


class Web:
    """A provider that answers with what it was given."""

    name = "web"

    def __init__(self, hits: list[SearchResult]) -> None:
        self._hits = hits

    async def search(self, query: str, language: str, limit: int) -> list[SearchResult]:
        """Return the hits."""
        del query, language
        return self._hits[:limit]

    async def close(self) -> None:
        """Hold nothing."""


@TRIED
@given(HITS)
async def test_any_hits_are_quoted(entries: list[object]) -> None:
    """Whatever a search engine answers stands as lines inside one quotation."""
    search = WebSearch(Web(results_from(entries, KEYS, 5)))
    told = await search.run(search.arguments(query="tea"), _context())
    if OPEN in told:
        assert told.count(OPEN) == told.count(CLOSE) == 1
        assert told.endswith(CLOSE)
        assert len(told) < 4_000


@TRIED
@given(st.binary(max_size=300), st.sampled_from([200, 204, 302, 404, 429, 500]), TEXTS)
async def test_any_answer_is_json_or_a_failure(body: bytes, status: int, wait: str) -> None:
    """Whatever a server answers is JSON or a failed tool."""
    headers = [(b"Retry-After", wait.encode("utf-8", "ignore"))]
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=body, headers=headers))
    async with httpx.AsyncClient(transport=transport) as client:
        try:
            json.dumps(await fetch_json(client, client.build_request("GET", "http://x.example/")))
        except ToolFailed as failure:
            assert failure.retry_after is None or 0 <= failure.retry_after <= 3_600  # noqa: PT017 # either is fine


@pytest.mark.parametrize(
    "model", [CalculateArguments, RecallArguments, ReferenceArguments, TranslateArguments, WebSearchArguments]
)
@TRIED
@given(arguments=st.dictionaries(st.one_of(TEXTS, st.sampled_from(["query", "expression"])), JSON, max_size=3))
def test_any_arguments_are_taken_or_refused(model: type[Arguments], arguments: dict[str, object]) -> None:
    """What a model gives a tool fits its arguments or is refused by them."""
    with contextlib.suppress(ValidationError):
        model.model_validate(arguments)


@TRIED
@given(TEXTS, st.dictionaries(st.one_of(TEXTS, st.just("expression")), JSON, max_size=2))
async def test_any_call_is_answered(name: str, arguments: dict[str, object]) -> None:
    """A call of any name with any arguments is told its outcome, never raised."""
    box = Toolbox([Calculate()])
    for called in (name, "calculate"):
        assert (await box.run(called, arguments, _context())).text.strip()

"""A session in short sentences."""

import json
from typing import Any

import pytest

from feynman.domain import Gap, GapKind, ModelAnswerUnusable, Turn
from feynman.engines.llm import Abilities, Endpoint, Line, Summary, pooled_client, summarise
from tests.engines.conftest import NOW
from tests.engines.llm.conftest import ABLE, FAST
from tests.engines.llm.server import Say, Server

TURN = Turn(
    id="t1", session_id="s1", number=1, text="A plant eats soil.", language="en", status="completed", reply="Hm?",
    created_at=NOW,
)  # fmt: skip
WRONG = Gap(
    id="g", kind=GapKind.FACTUAL_ERROR, turn_id="t1", quote="plant eats soil", start=2, end=17, reason="-",
    confidence=1, severity=3,
)  # fmt: skip


async def summed_up(server: Server, said: dict[str, Any], language: Any = "en") -> Summary:  # noqa: ANN401 # a literal
    """What comes of a model's answer."""
    server.script = lambda _: Say(json.dumps(said, ensure_ascii=False))
    client = pooled_client()
    line = Line(Endpoint(model="m", base_url=server.url, timeouts=FAST), client)
    try:
        return await summarise(line, Abilities(line, ABLE), "Plants", language, [TURN], [WRONG])
    finally:
        await client.aclose()


async def test_a_session_is_summed_up(server: Server) -> None:
    """Short lists without doubles; misconceptions only in the learner's words."""
    said = {
        "understood": ["Plants  grow in pots.", "Plants grow in pots.", *(f"Point {at} was made." for at in range(9))],
        "misconceptions": ["a plant eats soil", "The moon is made of cheese"],
        "convincing": ["The pot stays full."],
        "open_questions": ["Where does the mass come from?"],
    }
    summary = await summed_up(server, said)
    assert summary.understood[:2] == ("Plants grow in pots.", "Point 0 was made.")
    assert len(summary.understood) == 5
    assert summary.misconceptions == ("a plant eats soil",)
    assert summary.convincing == ("The pot stays full.",)
    assert summary.open_questions == ("Where does the mass come from?",)
    assert "A plant eats soil." in server.calls[0].text


@pytest.mark.parametrize(
    "said", [{"understood": []}, {"understood": ["植物在花盆里长大，需要水和阳光。"]}, {"colour": "green"}]
)
async def test_a_summary_that_is_none_is_an_error(said: dict[str, Any], server: Server) -> None:
    """Empty, in another language, or something else: the built-in summary stands in."""
    with pytest.raises(ModelAnswerUnusable):
        await summed_up(server, said)

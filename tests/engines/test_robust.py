"""Whatever is typed, the built-in student keeps its temper, quickly."""

import pytest

from feynman.domain import Language
from tests.engines.conftest import Start

ODD = [
    *["a", "。", "…", "🙂🙂", "שלום עולם", "\u200f\u0007x", "？", "“”"],
    *["\\frac{a}{b} = c", "def f(x):\n    return x", "{quote} {0} %s"],
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("topic", ["photosynthesis", "no such topic"])
async def test_odd_texts_over_several_turns(start: Start, language: Language, topic: str) -> None:
    """One character, marks alone, emoji, right-to-left, control characters, code and braces get a decent reply."""
    talk = start(topic, language)
    for text in ODD:
        await talk.say(text)
        assert talk.reply.strip()
        assert len(talk.analysis.coverage) == len(talk.reference.points)
        assert not any(entry.status == "covered" for entry in talk.analysis.coverage)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Plants take water from the soil, and the leaves catch light because of their colour. " * 240, "en"),
        ("植物从土壤里吸水，叶子因为有颜色所以能抓住阳光。" * 840, "zh"),
        ("水" * 20_000, "zh"),
        ("word " * 4_000, "en"),
        ("3 + 4 = 8. " * 1_800, "en"),
        ("chlorophyll " * 1_600, "en"),
        ("叶绿素" * 6_600, "zh"),
    ],
)
async def test_twenty_thousand_characters_are_read(start: Start, text: str, language: Language) -> None:
    """A very long text gets a reply of ordinary length and no flood of gaps; bench.student has the seconds."""
    talk = await start("photosynthesis", language).say(text[:20_000])
    assert talk.reply
    assert len(talk.reply) < 2_000
    assert len(talk.analysis.found) <= len(talk.reference.points) + 4


async def test_the_same_turn_is_answered_the_same(start: Start) -> None:
    """Nothing is left to chance."""
    text = "Plants somehow eat with their roots."
    one, other = await start("photosynthesis").say(text), await start("photosynthesis").say(text)
    assert one.reply == other.reply
    assert [gap.kind for gap in one.analysis.found] == [gap.kind for gap in other.analysis.found]

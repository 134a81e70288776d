"""What a learner says against what they said before."""

import pytest

from feynman.domain import GapKind, KeyPoint, Language, Reference
from tests.engines.conftest import Start

CANDLES = Reference(
    topic="Candles",
    points=(
        KeyPoint(text="The warm air above a candle flame rises."),
        KeyPoint(text="Wax melts before it burns."),
        KeyPoint(text="The wick carries the liquid wax up to the flame."),
    ),
)
KERZEN = Reference(
    topic="蜡烛",
    points=(
        KeyPoint(text="蜡烛火焰上方的热空气会上升。"),
        KeyPoint(text="蜡要先熔化才能燃烧。"),
        KeyPoint(text="烛芯把液态的蜡带到火焰里。"),
    ),
)


@pytest.mark.parametrize(
    ("reference", "language", "before", "after"),
    [
        (
            CANDLES,
            "en",
            "A thick candle burns slower than a thin candle because it has more wax.",
            "A thick candle burns faster than a thin candle because it has more wax.",
        ),
        (
            CANDLES,
            "en",
            "The tip of the wick glows red in the flame.",
            "The tip of the wick never glows red in the flame.",
        ),
        (KERZEN, "zh", "粗蜡烛比细蜡烛烧得慢，因为蜡更多。", "粗蜡烛比细蜡烛烧得快，因为蜡更多。"),
        (KERZEN, "zh", "烛芯的尖在火焰里会发红。", "烛芯的尖在火焰里不会发红。"),
    ],
)
async def test_the_opposite_of_an_earlier_statement_is_asked_about(
    start: Start, reference: Reference, language: Language, before: str, after: str
) -> None:
    """The new sentence is quoted and the question holds it against the earlier words."""
    none = Reference(topic=reference.topic)
    talk = await start(none, language).say(before)
    assert [belief.quote for belief in talk.beliefs] == [before]
    await talk.say(after)
    errors = [gap for gap in talk.analysis.found if gap.kind is GapKind.FACTUAL_ERROR]
    assert [(gap.quote, gap.detail) for gap in errors] == [(after, before)]
    assert talk.question is not None
    assert talk.question.gap_id == errors[0].id
    assert before.rstrip(".。")[:20] in talk.question.text


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        (
            "en",
            "A thick candle burns slower than a thin candle because it has more wax.",
            "No, that was wrong: a thick candle burns faster than a thin candle because it has more wax.",
        ),
        (
            "en",
            "A thick candle burns slower than a thin candle because it has more wax.",
            "So a thin candle burns faster than a thick candle, it has less wax.",
        ),
        ("zh", "粗蜡烛比细蜡烛烧得慢，因为蜡更多。", "刚才说错了，粗蜡烛比细蜡烛烧得快，因为蜡更多。"),
        ("zh", "粗蜡烛比细蜡烛烧得慢，因为蜡更多。", "细蜡烛的蜡少，所以比粗蜡烛烧得快。"),
    ],
)
async def test_taking_back_and_saying_again_is_no_wavering(
    start: Start, language: Language, before: str, after: str
) -> None:
    """Who corrects themselves, or says the same the other way round, contradicts nothing."""
    talk = await start(Reference(topic="蜡烛" if language == "zh" else "Candles"), language).say(before)
    await talk.say(after)
    assert GapKind.FACTUAL_ERROR not in [gap.kind for gap in talk.analysis.found]


async def test_an_answer_settles_which_of_the_two_holds(start: Start) -> None:
    """The gap closes with the explanation that it asked for."""
    talk = await start(Reference(topic="Candles")).say("A thick candle burns slower than a thin candle.")
    await talk.say("A thick candle burns faster than a thin candle.")
    assert talk.asked is not None
    await talk.say("Sorry, I mixed that up, the thick candle burns slower, it lasts the whole night at our house.")
    assert GapKind.FACTUAL_ERROR in [gap.kind for gap in talk.analysis.resolved]

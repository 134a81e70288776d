"""What the built-in student stumbles over, and what it leaves in peace."""

import pytest

from feynman.domain import GapKind, KeyPoint, Language, Reference
from feynman.engines.builtin.arithmetic import wrong_sums
from tests.engines.conftest import Start

COFFEE = Reference(
    topic="Coffee",
    source="given",
    points=(
        KeyPoint(text="Roasting turns the green beans brown because sugars react with proteins."),
        KeyPoint(text="A finer grind gives its taste to the water faster."),
        KeyPoint(text="Water that is too hot makes the coffee bitter."),
        KeyPoint(text="Ground coffee loses its smell within two weeks."),
    ),
)


@pytest.mark.parametrize(
    ("text", "language", "kind", "quote"),
    [
        ("A gambit somehow gives you an attack.", "en", "mechanism_gap", "A gambit somehow gives you an attack."),
        ("打劫反正就不能马上提回来。", "zh", "mechanism_gap", "打劫反正就不能马上提回来。"),
        ("Gravity is when things have gravity.", "en", "circular", "Gravity is when things have gravity."),
        ("弹性是因为物体有弹性。", "zh", "circular", "弹性是因为物体有弹性。"),
        (
            "The engine burns petrol, it is some kind of process.",
            "en",
            "vague",
            "The engine burns petrol, it is some kind of process.",
        ),
        ("发动机烧汽油，靠的是某种过程。", "zh", "vague", "靠的是某种过程。"),
        ("Every metal sinks in water.", "en", "boundary", "Every metal sinks in water."),
        ("所有金属放进水里都会沉下去。", "zh", "boundary", "所有金属放进水里都会沉下去。"),
        ("The gambit starts with a zugzwang on the board.", "en", "undefined_term", "zugzwang"),
        ("绿叶靠叶绿素抓住阳光的能量。", "zh", "undefined_term", "叶绿素"),
        ("Three boxes of four make 3 x 4 = 11 apples.", "en", "factual_error", "3 x 4 = 11"),
        ("三盒一共有3乘以4等于11个苹果。", "zh", "factual_error", "3乘以4等于11"),
    ],
)
async def test_unclear_words_are_quoted(start: Start, text: str, language: Language, kind: str, quote: str) -> None:
    """Each kind of gap that needs no reference is found, with the clause that it is about."""
    talk = await start("no such topic", language).say(text)
    assert [(gap.kind.value, gap.quote) for gap in talk.analysis.found] == [(kind, quote)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We bought carrots, apples, pears and so on, and cooked them in a big pot.", "en"),
        ("I always drink tea in the morning with my friend.", "en"),
        ("A gambit, which is a pawn given away on purpose, wins time.", "en"),
        ("The pull between masses is called gravity because it makes things heavy.", "en"),
        ("Many people think that every metal sinks in water.", "en"),
        ("我妈妈每天早上都喝一杯茶。", "zh"),
        ("叶绿素就是叶子里的一种绿色物质。", "zh"),
        ("很多人以为所有金属都会沉下去。", "zh"),
        ("3 x 4 = 12, 10 / 4 = 2.5, 1/3 = 0.33, 2 + 3 x 4 = 14, 3² + 4² = 5², ages 3-4 is early", "en"),
    ],
)
async def test_clear_words_are_left_in_peace(start: Start, text: str, language: Language) -> None:
    """Lists, habits, explained words, reported beliefs and right sums are no gaps."""
    talk = await start("no such topic", language).say(text)
    assert talk.kinds() == []


async def test_at_most_two_unclear_words_a_turn(start: Start) -> None:
    """However much is unclear, two at most are raised, the graver ones."""
    talk = await start("no such topic").say(
        "It somehow moves. Then it magically stops. Speed is when it has speed. Every car sinks. "
        "Metal is stuff like that."
    )
    assert len(talk.kinds()) == 2
    assert set(talk.kinds()) <= {"mechanism_gap", "circular"}


def test_sums_are_checked_to_their_own_precision() -> None:
    """Rounded results are right, chains and divisions by zero are left alone."""
    assert wrong_sums("2 / 3 = 0.67 and 1 + 2 + 3 = 6 and 5 / 0 = 0 and 7 / 2 = 9") != []
    assert wrong_sums("2 / 3 = 0.67 and 1 + 2 + 3 = 6 and 5 / 0 = 0") == []
    assert [span.text for span in wrong_sums("7 minus 2 is 4")] == ["7 minus 2 is 4"]


@pytest.mark.parametrize(
    ("topic", "language", "text", "point"),
    [
        ("photosynthesis", "en", "Plants do not take in carbon dioxide from the air.", 0),
        ("photosynthesis", "zh", "植物不从空气中吸进二氧化碳。", 0),
        ("electric-circuits", "en", "Current is used up: less comes back to the battery than leaves it.", 3),
        ("blood-circulation", "en", "Arteries carry blood to the heart.", None),
    ],
)
async def test_a_point_turned_round_is_an_error(
    start: Start, topic: str, language: Language, text: str, point: int | None
) -> None:
    """A key point denied, or its denial left out, contradicts it."""
    talk = await start(topic, language).say(text)
    errors = [gap for gap in talk.analysis.found if gap.kind == GapKind.FACTUAL_ERROR]
    if point is not None:
        assert [gap.quote for gap in errors] == [text]
        assert "contradicted" in talk.statuses()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Many people think that plants get their food from the soil, but that is wrong."),
        ("en", "Plants do NOT get their food from the soil through their roots."),
        ("en", "Do plants get their food from the soil through their roots?"),
        ("zh", "很多人以为植物的食物是根从土壤里吸上来的。"),
        ("zh", "植物的食物不是根从土壤里吸上来的。"),
    ],
)
async def test_a_denied_or_reported_misconception_is_none(start: Start, language: Language, text: str) -> None:
    """What is denied, asked, or told of other people is not the learner's mistake."""
    assert "factual_error" not in (await start("photosynthesis", language).say(text)).kinds()


async def test_the_reason_left_out_is_asked_for(start: Start) -> None:
    """A fact told without the reason that its key point gives is a causal gap."""
    talk = await start(COFFEE).say("When you roast the green beans they turn brown.")
    assert "causal_gap" in talk.kinds()
    assert (await start(COFFEE).say("The green beans turn brown because sugars react with proteins.")).kinds() == []


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_naming_the_topic_says_nothing(start: Start, language: Language) -> None:
    """A sentence of nothing but the topic's name covers no point."""
    text = "Inertia is when things have inertia." if language == "en" else "惯性是因为物体有惯性。"
    talk = await start("inertia", language).say(text)
    assert set(talk.statuses()) == {"missing"}
    assert talk.kinds() == ["circular"]


async def test_an_explanation_in_the_other_language_counts(start: Start) -> None:
    """A Chinese explanation is held against English key points by its meaning."""
    talk = start("photosynthesis", "en")
    talk.language = "zh"
    await talk.say("叶子上有很小的孔，空气里的二氧化碳就从孔里进去。根会把土里的水吸上来，水顺着茎走到叶子那里。")
    assert talk.statuses()[:2] == ["covered", "covered"]
    assert talk.statuses().count("missing") >= 2


async def test_all_missing_points_wait_from_the_first_turn(start: Start) -> None:
    """They are raised at once, why and how as the gravest, and not again in the second turn."""
    talk = await start("photosynthesis").say("Plants are nice and green.")
    missing = [gap for gap in talk.analysis.found if gap.kind == GapKind.MISSING_POINT]
    assert [gap.point_index for gap in missing] == [0, 1, 2, 3, 4, 5]
    assert {gap.severity for gap in missing} == {2, 3}
    await talk.say("They are really nice and so very green.")
    assert talk.analysis.found == ()


async def test_reasons_give_nothing_away(start: Start) -> None:
    """No word of a missing point is in what is said about the gap."""
    talk = await start("photosynthesis").say("Plants are nice.")
    for gap in talk.analysis.found:
        assert "carbon" not in gap.reason
        assert gap.reason.endswith(".")


async def test_an_example_is_missed_once(start: Start) -> None:
    """Four abstract sentences with nothing open ask for an example, one time in a session."""
    talk = start("no such topic")
    await talk.say("Metal bends slowly. Glass breaks at once. Wood burns well. Stone stays hard.")
    assert talk.kinds() == ["missing_example"]
    await talk.say("Paper tears easily along its fibres. Rope holds a heavy weight.")
    assert talk.kinds() == []


@pytest.mark.parametrize(
    ("topic", "language", "wrong", "right"),
    [
        (
            "photosynthesis",
            "en",
            "Plants eat soil with their roots, that is their food.",
            "Roots soak up water from the soil and it travels up the stem to the leaves.",
        ),
        (
            "photosynthesis",
            "zh",
            "植物是用根吃饭的，吃的都是从泥土里吸上来的东西。",
            "根从土壤里吸水，水顺着茎送到叶子。",
        ),
    ],
)
async def test_a_wrong_statement_covers_no_other_point(
    start: Start, topic: str, language: Language, wrong: str, right: str
) -> None:
    """What is found wrong is not at the same time taken as having said the point that it comes close to."""
    talk = await start(topic, language).say(wrong)
    assert "factual_error" in [gap.kind.value for gap in talk.analysis.found]
    assert not [entry for entry in talk.analysis.coverage if entry.status == "covered"]
    talk = await start(topic, language).say(f"{wrong}\n{right}")
    assert [entry.quote for entry in talk.analysis.coverage if entry.status == "covered"] == [right]


async def test_nothing_wrong_is_believed(start: Start) -> None:
    """However many sums of a text are wrong, only two are told and none of them is believed."""
    text = (
        "I know that 1+1=3 apples in a basket. My brother counted that 2+2=5 oranges on the table. "
        "My sister counted that 3+3=7 bananas in the kitchen. Our garden has a big old apple tree."
    )
    talk = await start("no such topic").say(text)
    assert [gap.quote for gap in talk.analysis.found if gap.kind == "factual_error"] == ["1+1=3", "2+2=5"]
    assert [belief.quote for belief in talk.beliefs] == ["Our garden has a big old apple tree."]


@pytest.mark.parametrize(
    ("topic", "language", "text"),
    [
        ("seasons", "zh", "地球是斜着转的，所以有四季。这跟离太阳的远近没关系，其实一月初地球离太阳最近。"),
        ("natural-selection", "zh", "一代一代下来，长脖子的就越来越多了。"),
        ("vaccines", "en", "A vaccine has a dead or weak germ in it. Your body learns from it."),
        ("vaccines", "zh", "疫苗里有死掉的或者很弱的病毒，打进去以后身体就学会了。"),
    ],
)
async def test_what_is_true_and_close_to_a_misconception_is_no_error(
    start: Start, topic: str, language: Language, text: str
) -> None:
    """A denial that a point makes too, another point and a mere likeness in meaning are no misconception."""
    assert "factual_error" not in (await start(topic, language).say(text)).kinds()


async def test_not_knowing_how_denies_nothing(start: Start) -> None:
    """A Chinese "no idea how" passes a mechanism over and contradicts no point."""
    assert (await start("buoyancy", "zh").say("水不知怎么的就把它托起来了。")).kinds() == ["mechanism_gap"]

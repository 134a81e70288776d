"""How gaps close, and how they do not."""

import pytest

from feynman.domain import GapKind, Language, Message
from feynman.engines.builtin import BuiltinStudent
from feynman.engines.student import Resolution
from tests.engines.conftest import Start, Talk


def closed(talk: Talk) -> list[GapKind]:
    """The kinds of the gaps that the last turn closed."""
    return [gap.kind for gap in talk.analysis.resolved]


async def test_an_answer_in_few_words_closes_the_point_asked_about(start: Start) -> None:
    """The answer may leave out what the question said; I don't know, yes and nonsense close nothing."""
    talk = await start("photosynthesis").say("Plants are nice and green.")
    asked = talk.asked
    assert asked is not None
    assert asked.point_index is not None
    for text in ("I don't know.", "yes", "pizza"):
        await talk.say(text)
        assert closed(talk) == []
    while talk.asked is not None and talk.asked.point_index != 4:
        await talk.say("I don't know")
    await talk.say("Oxygen, it escapes into the air.")
    assert [gap.point_index for gap in talk.analysis.resolved] == [4]


@pytest.mark.parametrize(
    ("language", "wrong", "insisting", "right"),
    [
        (
            "en",
            "Plants get their food from the soil through their roots.",
            "My textbook says so.",
            "The plant uses the energy of light to turn carbon dioxide and water into a sugar, glucose.",
        ),
        (
            "zh",
            "植物的食物是根从土壤里吸上来的。",
            "课本上就是这么写的。",
            "植物用光能把二氧化碳和水变成葡萄糖，这是一种糖。",
        ),
    ],
)
async def test_an_error_is_put_right_by_the_right_point_only(
    start: Start, language: Language, wrong: str, insisting: str, right: str
) -> None:
    """Insisting leaves it open and contradicted; the right claim closes it and is believed."""
    talk = await start("photosynthesis", language).say(wrong)
    await talk.say(insisting)
    assert closed(talk) == []
    assert talk.statuses()[3] == "contradicted"
    await talk.say(right)
    assert GapKind.FACTUAL_ERROR in closed(talk)
    assert talk.statuses()[3] == "covered"
    assert 3 in {belief.point_index for belief in talk.beliefs}


async def test_an_error_can_be_taken_back(start: Start) -> None:
    """Taking it back closes it; the point is missing then."""
    talk = await start("photosynthesis").say("Plants get their food from the soil through their roots.")
    await talk.say("Oops, I was wrong about the soil.")
    assert closed(talk) == [GapKind.FACTUAL_ERROR]
    assert talk.statuses()[3] in ("missing", "partial")


async def test_a_sum_is_counted_again(start: Start) -> None:
    """The same numbers with the right result close it, other talk does not."""
    talk = await start("no such topic").say("Three boxes of four make 3 x 4 = 11 apples.")
    await talk.say("The boxes are made of cardboard and quite heavy.")
    assert closed(talk) == []
    await talk.say("I counted: 3 x 4 = 12 apples.")
    assert closed(talk) == [GapKind.FACTUAL_ERROR]


@pytest.mark.parametrize(
    ("language", "first", "answer"),
    [
        ("en", "A gambit somehow gives you an attack.", "You give up a pawn, so your pieces come out faster."),
        ("zh", "打劫反正就不能马上提回来。", "因为马上提回来的话，两个人会一直来回提，棋就下不完了。"),
    ],
)
async def test_an_unclear_step_closes_with_a_real_answer(
    start: Start, language: Language, first: str, answer: str
) -> None:
    """New words about it close it, another "somehow" does not."""
    talk = await start("no such topic", language).say(first)
    await talk.say(first.replace("an attack", "a very strong quick attack"))
    assert closed(talk) == []
    await talk.say(answer)
    assert closed(talk) == [GapKind.MECHANISM_GAP]


async def test_a_term_closes_when_it_is_explained(start: Start) -> None:
    """A definition closes it even when another question was asked."""
    talk = await start("photosynthesis").say("Chlorophyll catches the energy of the sun in the green leaves.")
    assert "undefined_term" in talk.kinds()
    await talk.say("Chlorophyll is a green substance in the leaves.")
    assert GapKind.UNDEFINED_TERM in closed(talk)


async def test_earlier_turns_count(start: Start) -> None:
    """What was said once stays covered, with the words of then."""
    talk = await start("photosynthesis").say(
        "The roots drink water from the soil and the stem carries it up to the leaves."
    )
    covered = talk.analysis.coverage[1]
    await talk.say("Chlorophyll is the green substance that catches the energy in sunlight.")
    assert talk.analysis.coverage[1] == covered
    assert talk.analysis.coverage[2].status == "covered"
    assert [belief.point_index for belief in talk.analysis.beliefs] == [2]


async def test_a_conversation_brought_along_counts(start: Start, student: BuiltinStudent) -> None:
    """The learner's lines of a given history cover points; they are not news."""
    talk = start("photosynthesis")
    line = "The roots drink water from the soil and the stem carries it up to the leaves."
    history = (Message(role="assistant", content="Hm?"), Message(role="user", content=line))
    lesson = talk.lesson("Plants are nice and green.").model_copy(update={"history": history})
    found = [finding async for finding in student.examine(lesson)]
    assert [getattr(finding, "status", "") for finding in found[:6]].index("covered") == 1
    assert not any(isinstance(finding, Resolution) for finding in found)
    assert getattr(found[1], "quote", None) == line


async def test_nothing_settled_is_raised_again(start: Start) -> None:
    """A gap that was closed or disputed does not come back with the same words."""
    talk = await start("no such topic").say("A gambit somehow gives you an attack.")
    for gap_id, gap in talk.gaps.items():
        talk.gaps[gap_id] = gap.model_copy(update={"status": "disputed"})
    await talk.say("A gambit somehow gives you an attack.")
    assert talk.analysis.found == ()


async def test_without_a_reference_plain_statements_are_believed(start: Start) -> None:
    """At most five, none that is unclear, none that only asks or reports."""
    talk = await start("no such topic").say(
        "Copper wires carry current well. Rubber stops the current cold. What about glass though? "
        "Many people think water stops current. Silver carries current even better. Somehow tin bends very easily. "
        "Gold wires never rust outside. Steel wires bend without breaking. Wooden poles hold the long wires."
    )
    quotes = [belief.quote for belief in talk.analysis.beliefs]
    assert len(quotes) <= 5
    assert "Copper wires carry current well." in quotes
    assert not any("Somehow" in quote or "?" in quote or "Many people" in quote for quote in quotes)


async def test_an_example_closes_the_wish_for_one(start: Start) -> None:
    """Something to picture closes it, more abstract talk does not."""
    talk = await start("no such topic").say(
        "Metal bends slowly. Glass breaks at once. Wood burns well. Stone stays hard."
    )
    await talk.say("Rope holds a heavy weight.")
    assert closed(talk) == []
    await talk.say("For example, a spoon bends when you lean on it.")
    assert closed(talk) == [GapKind.MISSING_EXAMPLE]


async def test_no_gap_closes_for_a_term_repeated(start: Start) -> None:
    """Using the word once more explains nothing, insisting neither."""
    talk = await start("photosynthesis").say("Chlorophyll catches the energy of the sun in the green leaves.")
    for text in ("It needs chlorophyll.", "I already told you that."):
        await talk.say(text)
        assert GapKind.UNDEFINED_TERM not in closed(talk)


async def test_a_question_closes_nothing(start: Start) -> None:
    """Asking back what a word means or how a step goes explains neither."""
    talk = await start("vaccines").say("The immune system then makes antibodies that stick to the germ.")
    assert "undefined_term" in talk.kinds()
    for text in ("What are antibodies?", "What are antibodies and how does the body of a person make so many of them?"):
        await talk.say(text)
        assert closed(talk) == []


async def test_an_answer_about_something_else_closes_no_unclear_step(start: Start) -> None:
    """It has to be about what was asked, and clear itself."""
    talk = await start("no such topic").say("A gambit somehow gives you an attack.")
    await talk.say("Yesterday grandmother baked seventeen delicious cinnamon cookies.")
    assert closed(talk) == []
    await talk.say("Every gambit opens lines for rooks.")
    assert GapKind.MECHANISM_GAP not in closed(talk)


@pytest.mark.parametrize(
    ("topic", "language", "wrong", "denial"),
    [
        (
            "moon-phases",
            "en",
            "The phases come from the Earth's shadow falling on the Moon.",
            "Ok it can't be the earth's shadow.",
        ),
        (
            "inertia",
            "en",
            "Inertia is a force that pushes you forward when the bus brakes.",
            "Inertia isn't a force, it just means things carry on.",
        ),
        ("photosynthesis", "zh", "植物的食物是根从土壤里吸上来的。", "其实食物不是从土壤里吸上来的。"),
    ],
)
async def test_an_error_closes_when_it_is_denied(
    start: Start, topic: str, language: Language, wrong: str, denial: str
) -> None:
    """Not knowing about it leaves it open, saying that it is not so closes it and contradicts nothing any more."""
    talk = await start(topic, language).say(wrong)
    assert "factual_error" in talk.kinds()
    await talk.say("I don't know." if language == "en" else "我不知道。")
    assert closed(talk) == []
    await talk.say(denial)
    assert GapKind.FACTUAL_ERROR in closed(talk)
    assert "contradicted" not in talk.statuses()

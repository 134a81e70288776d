"""The help ladder: another question, a hint, where to look, the answer, and then again in own words."""

import re

import pytest

from feynman.domain import GapKind, KeyPoint, Language, Reference
from feynman.engines.builtin.cloze import beginning, holes, standing, with_holes
from feynman.engines.builtin.intent import intent_of
from feynman.text.language import has_han
from feynman.text.tokens import content_words
from tests.engines.conftest import Start, Talk
from tests.engines.lessons import LESSONS, sample

STUCK = {"en": "I'm stuck. Can you help me?", "zh": "我卡住了，能帮帮我吗？"}
HOLE = re.compile("_{3,}")
BREAD = Reference(
    topic="Bread",
    source="given",
    points=(
        KeyPoint(text="Sourdough rises because wild yeast makes gas."),
        KeyPoint(text="Bakers fold the dough four times."),
    ),
)
TEXT = "Bread is old.\n\nFlour is ground grain. Sourdough rises because wild yeast makes gas.\n\nIt is eaten warm."
START = TEXT.index("Sourdough")


def card(talk: Talk) -> str:
    """What stands in quotation marks on a line of its own in the last reply."""
    found = re.search(r"\n[“「](.+)[”」]\n", talk.reply)
    return "" if found is None else found.group(1)


def steps(talk: Talk) -> list[str | None]:
    """The help steps of all questions."""
    return [None if turn.question is None else turn.question.help for turn in talk.turns]


def unsaid(talk: Talk) -> set[str]:
    """Content words of points that are not covered and that no turn of the learner says."""
    texts = " ".join([talk.reference.topic, *(turn.text for turn in talk.turns)]).casefold()
    said = set(content_words(texts, talk.language))
    entries = [entry for entry in talk.analysis.coverage if entry.status != "covered"]
    words = {word for entry in entries for word in content_words(entry.point, talk.language)} - said
    return {word for word in words if not (has_han(word) and word in texts)}


@pytest.mark.parametrize(
    ("text", "language", "intent"),
    [
        ("I'm stuck", "en", "wants_help"),
        ("give me a hint", "en", "wants_help"),
        ("can you help me?", "en", "wants_help"),
        ("What do you mean?", "en", "wants_help"),
        (STUCK["en"], "zh", "wants_help"),
        ("我卡住了", "zh", "wants_help"),
        ("给点提示", "zh", "wants_help"),
        ("帮帮我", "zh", "wants_help"),
        ("提示一下", "zh", "wants_help"),
        (STUCK["zh"], "en", "wants_help"),
        ("白细胞帮我们打败病毒。", "zh", "explains"),
        ("绳子卡住了", "zh", "short"),
        ("Roots help the plant to drink water.", "en", "explains"),
        ("I'm stuck, but I think that the leaves catch light with a green color", "en", "explains"),
        ("直接告诉我答案", "zh", "wants_answer"),
        ("asdf qwer", "en", "nonsense"),
        ("!!!", "zh", "nonsense"),
        ("啊啊啊", "zh", "nonsense"),
        ("tRNA", "en", "short"),
        ("rhythm", "en", "short"),
    ],
)
def test_a_plea_for_help_is_understood(text: str, language: Language, intent: str) -> None:
    """Pleas are told from explanations that use the same words, in whichever language they come; so is noise."""
    assert intent_of(text, language) == intent


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_ladder_has_four_steps(start: Start, language: Language) -> None:
    """Each plea climbs one step with the same gap, the last one stays; every reply ends in one question, none twice."""
    talk = await start("photosynthesis", language).say(sample("photosynthesis", language).partial)
    first = talk.asked
    for _ in range(5):
        await talk.say(STUCK[language])
        assert talk.asked is not None
        assert first is not None
        assert talk.asked.id == first.id
        assert talk.reply.endswith(talk.question.text if talk.question else "-")
        assert len(re.findall("[?？]", talk.reply)) == 1
    assert steps(talk) == [None, "question", "hint", "where", "answer", "answer"]
    assert len({turn.question.text for turn in talk.turns if turn.question is not None}) == 6
    assert first is not None
    assert first.point is not None
    assert card(talk) == first.point


@pytest.mark.parametrize(("language", "plea"), [("en", "Just tell me the answer!"), ("zh", "告诉我答案吧")])
async def test_asking_for_the_answer_climbs_one_step(start: Start, language: Language, plea: str) -> None:
    """It does not jump to the last one."""
    talk = await start("photosynthesis", language).say(sample("photosynthesis", language).partial)
    for _ in range(3):
        await talk.say(plea)
    assert steps(talk) == [None, "question", "hint", "where"]


async def test_not_knowing_is_no_plea(start: Start) -> None:
    """It moves on to another gap; help with that one begins at the first step, and the old one goes on where it was."""
    talk = await start("photosynthesis").say(sample("photosynthesis", "en").partial)
    first = talk.asked
    await talk.say("I'm stuck")
    await talk.say("I don't know.")
    assert talk.asked is not None
    assert first is not None
    assert talk.asked.id != first.id
    assert talk.question is not None
    assert talk.question.help is None
    await talk.say("I'm stuck")
    assert talk.question.help == "question"
    while talk.asked is None or talk.asked.id != first.id:
        await talk.say("I don't know.")
    await talk.say("hint, please")
    assert talk.question.help == "hint"


@pytest.mark.parametrize(("topic_id", "language"), LESSONS[::5])
async def test_nothing_is_given_away_before_the_last_step(start: Start, topic_id: str, language: Language) -> None:
    """No word of a missing point that was not said is in questions and help, but those left standing in the cloze."""
    for text in (sample(topic_id, language).partial, sample(topic_id, language).mistaken):
        talk = await start(topic_id, language).say(text)
        own = [point.probe or "" for point in talk.reference.points]
        own += [wrong.question for wrong in talk.reference.misconceptions]
        left: set[str] = set()
        for _ in range(4):
            assert talk.question is not None
            if talk.question.help == "hint":
                left = set(content_words(card(talk), language))
            if talk.question.help != "answer":
                shown = talk.reply
                for asked in own:
                    shown = shown.replace(asked.rstrip("?？ ") or "-", " ")
                assert unsaid(talk) & set(content_words(shown, language)) - left == set(), talk.reply
            await talk.say(STUCK[language])


@pytest.mark.parametrize(
    ("language", "point", "said"),
    [
        ("en", "Chlorophyll, the green substance in leaves, captures energy from sunlight.", {"leav"}),
        ("zh", "叶子里的绿色物质叫叶绿素，它能抓住阳光的能量。", {"叶子"}),
    ],
)
def test_a_cloze_leaves_out_what_was_not_said(language: Language, point: str, said: set[str]) -> None:
    """What was said stays, the rarest words go, enough is left to see what it is about; its beginning tells less."""
    left_out = holes(point, said.__contains__, language)
    cloze = with_holes(point, left_out, language)
    assert said.isdisjoint(left_out)
    assert HOLE.search(cloze)
    assert standing(point, left_out, language) >= 0.3
    assert left_out.isdisjoint(content_words(cloze, language))
    opening = beginning(point, left_out, language)
    assert left_out.isdisjoint(content_words(opening, language))
    assert len(opening) < len(point)


def test_a_point_said_in_all_its_words_has_holes_still() -> None:
    """Two words go, so that there is something to fill in."""
    left_out = holes("Roots drink water.", lambda _: True, "en")
    assert len(left_out) == 2
    assert HOLE.search(with_holes("Roots drink water.", left_out, "en"))


@pytest.mark.parametrize(
    ("language", "copies", "own"),
    [
        (
            "en",
            ("{point}", "So, {point}", "okay {point} yes"),
            "It makes its own sugar: with what it got from the light it puts the gas and the water together, glucose.",
        ),
        (
            "zh",
            ("{point}", "哦，{point}", "就是说{point}"),
            "靠着光给的力气，叶子把喝进来的水跟二氧化碳拼在一块，成了糖，名字叫葡萄糖。",
        ),
    ],
)
async def test_repeating_the_answer_is_not_explaining(
    start: Start, language: Language, copies: tuple[str, ...], own: str
) -> None:
    """The sentence read out closes nothing when it is said back nearly word for word; own words do."""
    for copy in copies:
        talk = start("photosynthesis", language)
        await talk.say("Plants are nice and green." if language == "en" else "植物绿绿的，很好看。")
        while talk.asked is None or talk.asked.point_index != 3:
            await talk.say("I don't know." if language == "en" else "不知道")
        for _ in range(4):
            await talk.say(STUCK[language])
        point = talk.reference.points[3].text
        assert card(talk) == point
        await talk.say(copy.format(point=point))
        assert talk.statuses()[3] != "covered"
        assert talk.analysis.resolved == ()
        assert talk.asked is not None
        assert talk.asked.point_index == 3
        assert talk.question is not None
        assert talk.question.help is None
        assert re.search("sheet" if language == "en" else "纸上", talk.reply)
        await talk.say(own)
        assert talk.statuses()[3] == "covered"


async def test_what_was_covered_stays_covered(start: Start) -> None:
    """A copied sentence takes nothing away, neither from earlier turns nor from another point beside it."""
    talk = await start("photosynthesis").say(sample("photosynthesis", "en").partial)
    before = talk.statuses()
    for _ in range(4):
        await talk.say(STUCK["en"])
    shown = card(talk)
    await talk.say(f"{shown} The sugar keeps the plant alive, and it grows new wood and leaves from it.")
    statuses = dict(zip([point.text for point in talk.reference.points], talk.statuses(), strict=True))
    assert statuses.pop(shown) != "covered"
    assert list(statuses.values()).count("covered") == 4
    assert [now for was, now in zip(before, talk.statuses(), strict=True) if was == "covered"] == ["covered"] * 3


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("A gambit somehow gives you an attack.", GapKind.MECHANISM_GAP),
        ("The gambit is good because 3 x 4 = 11 pawns.", GapKind.FACTUAL_ERROR),
    ],
)
async def test_without_an_answer_it_says_so(start: Start, text: str, kind: GapKind) -> None:
    """A gap that no key point answers gets a way to think, one's own sentence, and what would settle it."""
    talk = await start("no such topic").say(text)
    assert talk.asked is not None
    assert talk.asked.kind == kind
    replies = []
    for _ in range(4):
        await talk.say(STUCK["en"])
        replies.append(talk.reply)
    assert steps(talk)[1:] == ["question", "hint", "where", "answer"]
    assert talk.asked.quote is not None
    assert all(re.search("gambit|3 x 4", reply) for reply in replies[:3])
    assert "settle it" in replies[3]
    assert "sheet" not in " ".join(replies)


async def test_a_term_is_looked_up_in_the_points(start: Start) -> None:
    """The point that has the word answers what it means."""
    talk = await start("photosynthesis").say("Chlorophyll catches the energy of the sun in the green leaves.")
    while talk.asked is None or talk.asked.kind != GapKind.UNDEFINED_TERM:
        await talk.say("I don't know.")
    for _ in range(4):
        await talk.say(STUCK["en"])
    assert card(talk) == talk.reference.points[2].text


async def test_where_in_a_list(start: Start) -> None:
    """The place among the points, what the learner said just before it, and how it begins."""
    talk = await start(BREAD).say("Sourdough goes up because wild yeast in it makes gas bubbles.")
    for _ in range(3):
        await talk.say(STUCK["en"])
    assert re.search("(?:line|number) 2 of 2", talk.reply)
    assert "“Sourdough goes up because wild yeast in it makes gas bubbles”" in talk.reply
    assert card(talk).startswith("B___ f___")


@pytest.mark.parametrize(
    ("said", "expected"), [("Flour is ground from grain.", "Flour is ground grain."), ("", "S___")]
)
async def test_where_in_a_text(start: Start, said: str, expected: str) -> None:
    """The paragraph and the sentence before; the beginning where that sentence would give something away."""
    text = "Sourdough rises because wild yeast makes gas."
    points = (
        KeyPoint(text="Flour is ground grain.", start=START - 23, end=START - 1),
        KeyPoint(text=text, start=START, end=START + len(text)),
    )
    reference = Reference(topic="Bread", source="text", text=TEXT, points=points if said else points[::-1])
    talk = await start(reference).say(f"{said} I like it with butter and cheese.")
    while talk.asked is None or talk.asked.point != text:
        await talk.say("I don't know.")
    for _ in range(3):
        await talk.say(STUCK["en"])
    assert "aragraph 2 of 3" in talk.reply
    assert card(talk).startswith(expected)
    await talk.say(STUCK["en"])
    assert card(talk) == text


async def test_a_point_with_quotation_marks_is_quoted_whole(start: Start) -> None:
    """It stands in corner brackets, as it is."""
    reference = Reference(topic="面包", points=(KeyPoint(text="酵头又叫“老面”，要放在冰箱里。"),))
    talk = await start(reference, "zh").say("面包吃起来很香，我很喜欢。")
    for _ in range(4):
        await talk.say(STUCK["zh"])
    assert "\n「酵头又叫“老面”，要放在冰箱里。」\n" in talk.reply


async def test_a_plea_before_any_question_is_met_kindly(start: Start) -> None:
    """Nothing was asked yet, so nothing is helped with: the first question comes."""
    talk = await start("photosynthesis").say("help")
    assert talk.question is not None
    assert talk.question.help is None
    assert talk.question.gap_id is not None

"""What the built-in student says about a text or a reference besides gaps, and what it makes of bad input."""

import tomllib
from pathlib import Path

import pytest

from feynman.domain import KeyPoint, Language, Notice, Reference
from feynman.engines.builtin import BuiltinStudent
from feynman.references import Library, from_points
from tests.engines.conftest import Start, Talk
from tests.engines.lessons import LESSONS, sample

FEYNBENCH = Path(__file__).parents[2] / "bench" / "feynbench"
TUNED = tomllib.loads((FEYNBENCH / "halves.toml").read_text("utf-8"))["tune"]


def codes(talk: Talk) -> list[str]:
    """The codes of the last turn's notices."""
    return [notice.code for notice in talk.analysis.notices]


def notebook(*points: str) -> Reference:
    """A reference of somebody's own."""
    return from_points("Plants", points)


@pytest.mark.parametrize(("topic", "language"), LESSONS)
async def test_own_words_are_never_remarked_on(start: Start, topic: str, language: Language) -> None:
    """No lesson of the starter topics, right or wrong, is taken for a copy or for another language."""
    lesson = sample(topic, language)
    for text in (lesson.complete, lesson.partial, lesson.mistaken):
        assert codes(await start(topic, language).say(text)) == []


@pytest.mark.parametrize("topic", TUNED)
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_other_peoples_lessons_are_not_remarked_on(start: Start, topic: str, language: Language) -> None:
    """Neither the texts nor the key points of FeynBench's tuning half raise a notice."""
    case = tomllib.loads((FEYNBENCH / "topics" / f"{topic}.toml").read_text("utf-8"))[language]
    reference = from_points(case["topic"], case["points"])
    for text in (case["complete"], *(planted["text"] for planted in case["planted"])):
        assert codes(await start(reference, language).say(text)) == []


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_copy_is_noticed_and_own_words_are_asked_for(
    start: Start, library: Library, language: Language
) -> None:
    """Copied points count as partly said and are not believed; said in own words afterwards they count."""
    topic = library.get("photosynthesis", language)
    assert topic is not None
    talk = await start("photosynthesis", language).say(" ".join(point.text for point in topic.reference.points))
    assert codes(talk) == ["parroting"]
    assert set(talk.statuses()) == {"partial"}
    assert not talk.beliefs
    await talk.say(sample("photosynthesis", language).complete)
    assert codes(talk) == []
    assert set(talk.statuses()) == {"covered"}


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_little_words_do_not_hide_a_copy(start: Start, library: Library, language: Language) -> None:
    """A copy of most points with articles, tenses or particles changed is a copy still; with much of one's own not."""
    topic = library.get("photosynthesis", language)
    assert topic is not None
    points = [point.text for point in topic.reference.points]
    changed = [text.replace("the ", "a ").replace("这个", "").replace("的", "") for text in points[:4]]
    assert codes(await start("photosynthesis", language).say(" ".join(changed))) == ["parroting"]
    mixed = f"{points[0]} {sample('photosynthesis', language).complete}"
    talk = await start("photosynthesis", language).say(mixed)
    assert codes(talk) == []
    assert talk.statuses()[0] == "covered"


async def test_copying_the_text_behind_the_points_is_a_copy(start: Start) -> None:
    """A reference made from a text is parroted by its sentences, key points or not."""
    text = (
        "Yeast is a living thing that feeds on the sugar in the dough. While it feeds, it gives off carbon dioxide. "
        "The bubbles are held by the sticky gluten net, so the dough rises like a balloon."
    )
    reference = Reference(topic="Bread", source="text", text=text, points=(KeyPoint(text=text[:60], start=0, end=60),))
    assert "parroting" in codes(await start(reference).say(text))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Les plantes absorbent le dioxyde de carbone par leurs feuilles et fabriquent du sucre avec la lumière.",
            "fr",
        ),
        ("Las plantas absorben agua por las raíces y luz por las hojas para fabricar su alimento.", "es"),
        ("Pflanzen nehmen Kohlendioxid durch kleine Öffnungen in den Blättern auf und bilden Zucker.", "de"),
        ("植物は葉から二酸化炭素を吸収し、光のエネルギーで糖を作ります。", "ja"),
        ("식물은 잎을 통해 이산화탄소를 흡수하고 산소를 내보냅니다.", "ko"),
        ("Растения поглощают углекислый газ через листья и выделяют кислород.", "ru"),
        ("تمتص النباتات ثاني أكسيد الكربون من خلال أوراقها وتطلق الأكسجين.", "ar"),
    ],
)
async def test_a_third_language_is_named(start: Start, text: str, language: str) -> None:
    """The language is told, every point has an entry, and the words are not called unexplained."""
    talk = await start("photosynthesis").say(text)
    assert talk.analysis.notices == (Notice(code="other_language", detail=language),)
    assert len(talk.analysis.coverage) == len(talk.reference.points)
    assert talk.kinds() == []


@pytest.mark.parametrize("sentence", ["Plants use light to make sugar. ", "植物用光来制造糖。"])
async def test_a_thousand_sentences_are_read_as_far_as_told(start: Start, sentence: str) -> None:
    """What was not read any more is told with the number of sentences that were."""
    language: Language = "en" if sentence.isascii() else "zh"
    talk = await start("photosynthesis", language).say((sentence * 1000)[:20_000])
    (notice,) = [notice for notice in talk.analysis.notices if notice.code == "cut_short"]
    assert int(notice.detail or 0) >= 100


@pytest.mark.parametrize(
    ("points", "language"),
    [
        (
            (
                "Plants take in carbon dioxide through their leaves.",
                "Plants give off carbon dioxide through their leaves.",
            ),
            "en",
        ),
        (("Water boils at 100 degrees Celsius.", "Water boils at 80 degrees Celsius."), "en"),
        (("植物吸收二氧化碳，放出氧气。", "植物吸收氧气，放出二氧化碳。"), "zh"),
        (("金属是热的良导体。", "金属不是热的良导体。"), "zh"),
    ],
)
async def test_contradicting_points_are_told_once(start: Start, points: tuple[str, str], language: Language) -> None:
    """Both indices are told in the first turn only, and the learner is held to neither."""
    talk = await start(notebook("阳光很重要，没有它植物不能活。", *points), language).say(points[0])
    assert Notice(code="contradicting_points", points=(1, 2)) in talk.analysis.notices
    assert "factual_error" not in talk.kinds()
    await talk.say(points[1])
    assert "contradicting_points" not in codes(talk)


async def test_the_starter_library_has_no_oddities(student: BuiltinStudent, library: Library) -> None:
    """Its key points, taken as somebody's own list, do not contradict or repeat one another."""
    for language in ("en", "zh"):
        for topic in library.topics(language):
            own = topic.reference.model_copy(update={"source": "given"})
            assert codes(await Talk(student, own, language).say("Hm." if language == "en" else "嗯。")) == []


async def test_duplicate_points_are_told_and_asked_for_once(start: Start) -> None:
    """Points that say the same share their status, and one gap stands for all of them."""
    reference = notebook(
        "Leaves take in carbon dioxide from the air.",
        "Roots take up water from the soil.",
        "leaves take in carbon dioxide from the air",
    )
    talk = await start(reference).say("Roots drink the water that is in the soil.")
    assert talk.analysis.notices == (Notice(code="duplicate_points", points=(0, 2)),)
    assert [gap.point_index for gap in talk.analysis.found if gap.kind == "missing_point"] == [0]
    await talk.say("And carbon dioxide goes from the air into the leaves, like breath into a nose.")
    assert talk.statuses()[0] == talk.statuses()[2] == "covered"


@pytest.mark.parametrize(("point", "language"), [("Why are leaves green?", "en"), ("叶子为什么是绿色的？", "zh")])
async def test_a_question_among_the_points_is_told_and_never_missing(
    start: Start, point: str, language: Language
) -> None:
    """What its answer would be is unknown, so nothing about it can be missing; it keeps its place."""
    talk = await start(notebook(point), language).say("Roots drink water." if language == "en" else "根会从土里喝水。")
    assert talk.analysis.notices == (Notice(code="question_points", points=(0,)),)
    assert [entry.point for entry in talk.analysis.coverage] == [point]
    assert not [gap for gap in talk.analysis.found if gap.kind == "missing_point"]


async def test_a_point_of_five_hundred_words_is_matched_by_its_core(start: Start) -> None:
    """A long point is told and judged by its most central sentence; its coverage names it whole."""
    asides = "The garden behind the house had a fence and a gate. " * 10
    core = "Plants make sugar from carbon dioxide and water with the help of light. "
    long = f"{core * 3}{asides}{core * 40}".strip()
    talk = await start(notebook(long)).say("With light, a plant turns water and carbon dioxide into sugar.")
    assert talk.analysis.notices == (Notice(code="long_points", points=(0,)),)
    assert [(entry.point, entry.status) for entry in talk.analysis.coverage] == [(long, "covered")]


async def test_a_text_without_points_is_told(start: Start) -> None:
    """A reference made from a text in which no claim was found is told, and the lesson goes on."""
    talk = await start(Reference(topic="Plants", source="text", text="???")).say("Plants drink water with their roots.")
    assert talk.analysis.notices == (Notice(code="no_points_found"),)
    assert talk.reply


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "text",
    [
        "light",
        "光",
        "!!! ??? ...",
        "🙂🌱🙂" * 50,
        "Plants 植物 растения نبات plantes 식물 make 糖.",
        "Plants use light. " * 1000,
        "Пли" * 6000,
        "لا " * 6000,
        "ﷺ" * 500,
        "a" * 20_000,
        "é" * 20_000,
    ],
)
async def test_bad_input_gets_an_answer(start: Start, language: Language, text: str) -> None:
    """One word, marks, emoji, mixed scripts, a thousand sentences: an answer (``bench.student`` times it)."""
    talk = start("photosynthesis", language)
    await talk.say(text[:20_000])
    assert talk.reply

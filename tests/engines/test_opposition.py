"""What counts as saying a point the other way round, and what only looks like it."""

import numpy as np
import pytest

from feynman.domain import GapKind, KeyPoint, Language, Reference
from feynman.engines.builtin.arithmetic import wrong_sums
from feynman.engines.builtin.opposition import EVIDENCE, aligned, conflict, denies, evidence, opposition
from feynman.engines.builtin.opposition.numerals import numbers
from feynman.engines.builtin.opposition.prepare import prepare
from feynman.engines.builtin.opposition.verdict import design
from feynman.text.embedding import Embedder
from tests.engines.conftest import Start


def found(sentence: str, point: str, language: Language) -> dict[str, float]:
    """The evidence by name, without what is zero."""
    return {
        name: float(value) for name, value in zip(EVIDENCE, evidence(sentence, point, language), strict=True) if value
    }


def judged(embedder: Embedder, sentence: str, point: str, language: Language) -> float:
    """The probability of a contradiction, with the real similarity."""
    one, other = embedder.encode([sentence, point])
    return opposition(sentence, point, language, similarity=float(one @ other))


@pytest.mark.parametrize(
    ("language", "point", "wrong", "right"),
    [
        # denial
        (
            "en",
            "Sound cannot cross a vacuum.",
            "Sound can cross a vacuum.",
            "Sound never gets across a vacuum.",
        ),
        (
            "en",
            "A hammer and a feather fall equally fast on the Moon.",
            "A hammer and a feather do not fall equally fast on the Moon.",
            "A hammer and a feather fall equally fast on the Moon, not only the hammer.",
        ),
        ("zh", "声音不能在真空中传播。", "声音能在真空中传播。", "真空里声音传不了。"),
        ("zh", "植物从空气中吸收二氧化碳。", "植物不从空气里吸收二氧化碳。", "植物不停地从空气中吸收二氧化碳。"),
        # opposites
        (
            "en",
            "Metals expand when they are heated.",
            "Metals shrink when they are heated.",
            "When metals are heated they grow.",
        ),
        (
            "en",
            "Roots absorb water from the soil.",
            "Roots release water into the soil.",
            "Roots take in water from the soil.",
        ),
        (
            "en",
            "Warm air is lighter than cold air.",
            "Warm air is heavier than cold air.",
            "Cold air is heavier than warm air.",
        ),
        ("zh", "气体受热会膨胀。", "气体受热会收缩。", "气体受热会变大。"),
        ("zh", "冰融化时要吸收热量。", "冰融化时要放出热量。", "冰融化时要吸进热量。"),
        # relations that run the other way
        (
            "en",
            "When the price rises, demand falls.",
            "When the price rises, demand rises.",
            "When the price falls, demand rises.",
        ),
        (
            "en",
            "The hotter a gas is, the faster its particles move.",
            "The hotter a gas is, the slower its particles move.",
            "The colder a gas is, the slower its particles move.",
        ),
        ("zh", "温度越高，分子运动越快。", "温度越高，分子运动越慢。", "温度越低，分子运动越慢。"),
        # roles and comparisons
        ("en", "Foxes hunt rabbits.", "Rabbits hunt foxes.", "Rabbits are hunted by foxes."),
        (
            "en",
            "The Earth is bigger than the Moon.",
            "The Moon is bigger than the Earth.",
            "The Moon is smaller than the Earth.",
        ),
        (
            "en",
            "Sound travels faster in water than in air.",
            "Sound travels faster in air than in water.",
            "In water sound travels faster than in air.",
        ),
        ("zh", "狼吃羊。", "羊吃狼。", "羊被狼吃。"),
        ("zh", "地球比月亮大。", "月亮比地球大。", "月亮比地球小。"),
        # order, way and cause
        (
            "en",
            "You see lightning before you hear the thunder.",
            "You see lightning after you hear the thunder.",
            "You hear the thunder after you see lightning.",
        ),
        (
            "en",
            "Rivers flow from the mountains to the sea.",
            "Rivers flow from the sea to the mountains.",
            "Rivers start in the mountains and end in the sea.",
        ),
        ("zh", "河水从高山流向大海。", "河水从大海流向高山。", "河从山上流到海里。"),
        # attributes
        (
            "en",
            "Arteries carry blood away from the heart and veins carry it back.",
            "Veins carry blood away from the heart and arteries carry it back.",
            "Veins bring blood back and arteries carry it away from the heart.",
        ),
        ("zh", "同极相斥，异极相吸。", "同极相吸，异极相斥。", "异极相吸，同极相斥。"),
        # amounts and units
        (
            "en",
            "Water boils at 100 °C at sea level.",
            "Water boils at 50 °C at sea level.",
            "Water boils at 212 degrees Fahrenheit at sea level.",
        ),
        (
            "en",
            "A kilometre is 1,000 metres.",
            "A kilometre is 100 metres.",
            "One kilometre is a thousand metres.",
        ),
        (
            "en",
            "Light needs 8 minutes from the Sun to the Earth.",
            "Light needs 8 seconds from the Sun to the Earth.",
            "Light needs 480 seconds from the Sun to the Earth.",
        ),
        ("zh", "一公里等于1000米。", "一公里等于一百米。", "一公里等于一千米。"),
        ("zh", "月球上的重力大约是地球的六分之一。", "月球上的重力大约是地球的六倍。", "月球上的重力约为地球的1/6。"),
    ],
)  # fmt: skip
def test_a_contradiction_is_told_from_what_looks_like_it(
    embedder: Embedder, language: Language, point: str, wrong: str, right: str
) -> None:
    """What says the point the other way round scores well above another way to say it, which stays below a verdict."""
    against, along = judged(embedder, wrong, point, language), judged(embedder, right, point, language)
    assert against > along + 0.1
    assert along < 0.75


@pytest.mark.parametrize(
    ("language", "sentence", "point", "sign"),
    [
        ("en", "Plants do not take in carbon dioxide.", "Plants take in carbon dioxide.", "denied"),
        ("en", "Like poles attract.", "Like poles repel.", "opposite"),
        ("en", "The Sun orbits the Earth.", "The Earth orbits the Sun.", "roles_swapped"),
        ("en", "The Earth is orbited by the Sun.", "The Earth orbits the Sun.", "roles_swapped"),
        ("en", "Silver is heavier than gold.", "Gold is heavier than silver.", "comparison_swapped"),
        ("en", "Metaphase comes before prophase.", "Metaphase comes after prophase.", "order_swapped"),
        ("en", "Blood flows to the lungs.", "Blood flows away from the lungs.", "way_swapped"),
        (
            "en",
            "It takes in oxygen and gives off water.",
            "It takes in water and gives off oxygen.",
            "attributes_swapped",
        ),
        ("en", "Spiders have six legs.", "Spiders have eight legs.", "amount_differs"),
        ("en", "Plates move a few kilometres a year.", "Plates move a few centimetres a year.", "unit_differs"),
        ("en", "All planets have rings.", "Some planets have rings.", "quantifier_differs"),
        ("en", "Only birds lay eggs.", "Birds lay eggs.", "only_added"),
        ("en", "Hair on the hot pan.", "Skin on the hot pan.", "rival_named"),
        ("en", "Many people think that it is so.", "It is so.", "reported"),
        ("en", "Is it so?", "It is so.", "asks"),
        ("zh", "植物不吸收二氧化碳。", "植物吸收二氧化碳。", "denied"),
        ("zh", "同极相吸。", "同极相斥。", "opposite"),
        ("zh", "羊吃狼。", "狼吃羊。", "roles_swapped"),
        ("zh", "月亮比地球大。", "地球比月亮大。", "comparison_swapped"),
        ("zh", "河水从大海流向高山。", "河水从高山流向大海。", "way_swapped"),
        ("zh", "蜘蛛有六条腿。", "蜘蛛有八条腿。", "amount_differs"),
        ("zh", "所有行星都有光环。", "有些行星有光环。", "quantifier_differs"),
        ("zh", "只有鸟会下蛋。", "鸟会下蛋。", "only_added"),
        ("zh", "很多人以为是这样。", "是这样。", "reported"),
    ],
)  # fmt: skip
def test_each_sign_is_seen(language: Language, sentence: str, point: str, sign: str) -> None:
    """Every kind of opposition has a feature of its own."""
    assert found(sentence, point, language).get(sign, 0) > 0


@pytest.mark.parametrize(
    ("language", "sentence", "point"),
    [
        ("en", "It does not stop until a force pushes it.", "It keeps moving unless a force acts on it."),
        ("en", "Without oxygen nothing burns.", "A fire needs oxygen to burn."),
        ("en", "The heart never stops beating.", "The heart keeps beating."),
        ("en", "If there is no air, no sound gets through.", "Sound needs air to get through."),
        ("en", "The bread is eaten by the boy.", "The boy eats the bread."),
        ("en", "Oxygen and hydrogen make water.", "Hydrogen and oxygen make water."),
        ("en", "It is half a litre.", "It is 500 ml."),
        ("en", "It took an hour.", "It took 60 minutes."),
        ("zh", "没有氧气，火就烧不起来。", "火要有氧气才能烧起来。"),
        ("zh", "物体不会停下来。", "物体继续运动。"),
        ("zh", "它不仅吸收水。", "它吸收水。"),
        ("zh", "太阳被地球绕着转。", "地球绕着太阳转。"),
        ("zh", "用了六十分钟。", "用了1小时。"),
        ("zh", "百分之五十的水。", "一半的水。"),
    ],
)
def test_the_same_in_other_words_has_no_conflict(language: Language, sentence: str, point: str) -> None:
    """Double denials, passives, lists and other ways to write an amount conflict with nothing."""
    assert conflict(sentence, point, language) < 0.25


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_copy_contradicts_nothing(embedder: Embedder, language: Language) -> None:
    """A sentence is no contradiction of itself, however many opposites and denials are in it."""
    text = (
        "The large intestine takes in water before it leaves, not after, and less of it than the small one."
        if language == "en"
        else "大肠先吸收水分再排出，不是之后，而且比小肠吸收得少。"
    )
    assert judged(embedder, text, text, language) < 0.4


@pytest.mark.parametrize("language", ["en", "zh"])
def test_strange_texts_have_evidence_too(language: Language) -> None:
    """Nothing, signs only and very long texts give finite numbers between 0 and 1."""
    for text in ("", "?!", "不" * 300, "not " * 300, "1/0 2^999 3:4 ½", "a" * 5_000):
        row = evidence(text, "Water boils at 100 °C, not at 90.", language)
        assert row.shape == (len(EVIDENCE),)
        assert row.dtype == np.float32
        assert ((row >= 0) & (row <= 1)).all()


def test_aligned_says_how_much_is_about_the_same() -> None:
    """Sentences about other things share little."""
    assert aligned("Roots drink water.", "Roots take in water from the soil.", "en") > 0.5
    assert aligned("Kings wore crowns.", "Roots take in water from the soil.", "en") == 0


@pytest.mark.parametrize(
    ("language", "text", "denied"),
    [
        ("en", "It isn't so.", True),
        ("en", "It hardly moves.", True),
        ("en", "It is not only fast.", False),
        ("en", "No matter how.", False),
        ("zh", "它不会动。", True),
        ("zh", "它没有停。", True),
        ("zh", "它不停地转。", False),
        ("zh", "它非常快，不过很轻。", False),
    ],
)
def test_what_denies(language: Language, text: str, denied: object) -> None:
    """Words that only look like a denial are none."""
    assert denies(text, language) is denied


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("en", "1,000 and 3.5 and 1/2 and 3 x 10^8", [1000, 3.5, 0.5, 3e8]),
        ("en", "twenty-five, three hundred and forty-two, two thirds, half, twice", [25, 342, 2 / 3, 0.5, 2]),
        ("zh", "1000、3.5、三百四十二、两万五千、三分之二、百分之二十", [1000, 3.5, 342, 25000, 2 / 3, 0.2]),
        ("zh", "一半、翻倍、七成、二点五、30万", [0.5, 2, 0.7, 2.5, 300000]),
    ],
)
def test_numbers_are_read(language: Language, text: str, values: list[float]) -> None:
    """Figures, words, fractions and Chinese numerals have their values."""
    assert [number.value for number in numbers(text, language)] == pytest.approx(values)


def test_a_sentence_is_prepared_once() -> None:
    """Forty-five comparisons read each of their fourteen sentences once, however often they are made."""
    units = [f"The {each} plant takes in water from the soil and does not give it back." for each in range(9)]
    points = [f"The {each} root gives off water, so that less of it stays in the soil." for each in range(5)]
    pairs = [(unit, point) for unit in units for point in points]
    prepare.cache_clear()
    for unit, point in pairs * 2:
        evidence(unit, point, "en")
    assert prepare.cache_info().misses == len(units) + len(points)


def test_the_logistic_reads_each_sign_twice() -> None:
    """Evidence counts by itself and by how much the sentence is about the point."""
    rows = design(np.ones((3, len(EVIDENCE)), np.float32), np.full(3, 0.5, np.float32))
    assert rows.shape == (3, 2 + 2 * len(EVIDENCE))


@pytest.mark.parametrize(
    "text",
    [
        "3 + 4 = 8", "7 minus 2 is 4", "2 + 3 x 4 = 20", "(2 + 3) × 4 = 14", "2^3 = 6", "3 squared is 6",
        "three times four is eleven", "twenty-five plus five is forty", "half of 10 is 4", "a third of 9 is 4",
        "twice 4 is 6", "10% of 50 is 6", "50% + 30% = 90%", "the square root of 16 is 8", "1,000 + 1 = 1,002",
        "2+3×4 = 2+12 = 15", "三加四等于八", "五乘六得三十五", "10的一半是4", "3 的 2 倍是 5",
        "50的10%是6", "3的平方是6", "2 的 3 次方是 6", "9的三分之一是4", "16的平方根是8", "20除以4等于6",
    ],
)  # fmt: skip
def test_wrong_sums_are_found(text: str) -> None:
    """Sums in figures and words, of shares, powers and roots, are worked out."""
    assert len(wrong_sums(f"I think {text}")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "2x + 3 = 7", "y = 2 + 3 = 5", "2024-01-02 = 3", "Python 3.11 - 3.13 is supported", "the ratio 1:2 = 0.5",
        "in binary 1 + 1 = 10", "1/2 is 3 days ago", "a score of 3-4 = 1 defeat", "5 × 200 = 1 km",
        "10:30 - 9:30 = 1 hour",
        "2 H2 + O2 = 2 H2O", "7 / 2 = 3", "1/3 = 0.33", "4 + 5 ≈ 10", "step 2 of 3 is 4 minutes", "2 of 3 is 67%",
        "100 + 10% = 110", "2 + 2 = 4 or 5", "3² + 4² = 5²", "5 / 0 = 0", "三三得九", "一个是三", "18的三分之二是12",
        "三分之一加三分之一等于三分之二", "2的10次方等于1024", "二进制里 1+1=10", "half of 10 is 5", "3的2倍是6",
    ],
)  # fmt: skip
def test_right_sums_and_what_is_none_are_left_in_peace(text: str) -> None:
    """Rounded results, letters, dates, versions, ratios, other bases, other units and right sums are no errors."""
    assert wrong_sums(f"I think {text}") == []


BIKES = Reference(
    topic="Bicycles",
    source="given",
    points=(
        KeyPoint(text="Pumping air into a tyre makes it warmer."),
        KeyPoint(text="A bigger front cog makes the bike faster but harder to pedal."),
        KeyPoint(text="The brakes turn motion into heat."),
    ),
)
NETS = Reference(
    topic="自行车",
    source="given",
    points=(
        KeyPoint(text="给轮胎打气会让它变热。"),
        KeyPoint(text="前齿轮越大，车骑得越快，也越费力。"),
        KeyPoint(text="刹车把运动的能量变成热量。"),
    ),
)


@pytest.mark.parametrize(
    ("reference", "language", "text", "point"),
    [
        (BIKES, "en", "Pumping air into a tyre makes it colder.", 0),
        (BIKES, "en", "A bigger front cog makes the bike slower but easier to pedal.", 1),
        (NETS, "zh", "给轮胎打气会让它变冷。", 0),
        (NETS, "zh", "前齿轮越大，车骑得越慢，也越省力。", 1),
    ],
)
async def test_a_point_turned_round_is_told(
    start: Start, reference: Reference, language: Language, text: str, point: int
) -> None:
    """A sentence that says a key point the other way round is an error of that point."""
    talk = await start(reference, language).say(text)
    errors = [gap for gap in talk.analysis.found if gap.kind == GapKind.FACTUAL_ERROR]
    assert [(gap.quote, gap.point_index) for gap in errors] == [(text, point)]


@pytest.mark.parametrize(
    ("reference", "language", "text"),
    [
        (BIKES, "en", "If you pump air into a tyre it doesn't get colder, it gets warmer."),
        (BIKES, "en", "A smaller front cog makes the bike slower but easier to pedal."),
        (BIKES, "en", "Some people say that pumping air into a tyre makes it colder."),
        (BIKES, "en", "Does pumping air into a tyre make it colder?"),
        (NETS, "zh", "给轮胎打气，它不会变冷，会变热。"),
        (NETS, "zh", "前齿轮越小，车骑得越慢，也越省力。"),
        (NETS, "zh", "很多人以为给轮胎打气会让它变冷。"),
    ],
)
async def test_what_only_looks_turned_round_is_not_told(
    start: Start, reference: Reference, language: Language, text: str
) -> None:
    """Denied opposites, a relation told from its other end, reports and questions are no errors."""
    assert "factual_error" not in (await start(reference, language).say(text)).kinds()

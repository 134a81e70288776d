"""Which words the built-in student calls unclear: in sentences of its own kind, and in FeynBench's tuning half."""

from collections import Counter

import pytest

from bench.feynbench.cases import CLARITY, cases
from bench.feynbench.examine import examine
from bench.feynbench.scoring import Tally
from bench.training.circles import examples, fit
from bench.training.complexity import glossary
from feynman.domain import GapKind, KeyPoint, Language, Reference
from feynman.engines.builtin import BuiltinStudent
from feynman.engines.builtin.difficulty import complexity, frequency, technical
from feynman.text.embedding import Embedder
from tests.engines.conftest import Start

KITCHEN = Reference(
    topic="Baking bread",
    source="given",
    points=(
        KeyPoint(text="Yeast makes bubbles of gas because it feeds on the sugar in the dough."),
        KeyPoint(text="Kneading makes the dough stretchy, so that it can hold the gas."),
        KeyPoint(text="In the oven the crust turns brown because its sugars react with proteins."),
    ),
)
BAKING = Reference(
    topic="烤面包",
    source="given",
    points=(
        KeyPoint(text="酵母会产生气泡，因为它吃掉面团里的糖。"),
        KeyPoint(text="揉面让面团变得有弹性，所以能兜住气体。"),
        KeyPoint(text="面包皮在烤箱里变成棕色，因为糖和蛋白质起了反应。"),
    ),
)


@pytest.mark.parametrize(
    ("language", "text", "term"),
    [
        ("en", "The baker also checks the autolysis before the next step.", "autolysis"),
        ("en", "Bakers worry about starch retrogradation in old bread.", "starch retrogradation"),
        ("zh", "师傅还会先看一下水合作用到了哪一步。", "水合作用"),
        ("zh", "面包硬不硬，还要看面粉的麦谷蛋白。", "麦谷蛋白"),
    ],
)
async def test_jargon_is_asked_about(start: Start, language: Language, text: str, term: str) -> None:
    """A technical word that no key point has and nothing explains is quoted, with its neighbour when both make it."""
    talk = await start(KITCHEN if language == "en" else BAKING, language).say(text)
    quotes = [gap.quote or "" for gap in talk.analysis.found if gap.kind is GapKind.UNDEFINED_TERM]
    assert len(quotes) == 1
    assert quotes[0] in term or term in quotes[0]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The baker waits for autolysis, which is when the flour soaks up the water."),
        ("en", "Flour and water rest first. This is called autolysis."),
        ("en", "First comes autolysis. That's just the flour soaking up water."),
        ("en", "My gran shoves a wobbly lump of gloopy dough in the oven and munches a biscuit."),
        ("zh", "先要等水合作用，就是让面粉把水吸进去。"),
        ("zh", "面粉先吸水，这叫水合作用。"),
        ("zh", "我奶奶把黏糊糊的面团塞进烤箱，馋得直流口水。"),
    ],
)
async def test_what_is_explained_or_homely_is_no_jargon(start: Start, language: Language, text: str) -> None:
    """A definition before, after or in the next sentence is enough; rare but homely words need none."""
    talk = await start(KITCHEN if language == "en" else BAKING, language).say(text)
    assert "undefined_term" not in talk.kinds()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Kneading is tiring because it makes you tired."),
        ("en", "Old bread is hard because it isn't soft any more."),
        ("zh", "面团变大，是因为它的体积变大了。"),
        ("zh", "老面包很硬，因为它的硬度很大。"),
    ],
)
async def test_a_reason_that_repeats_its_claim_is_circular(start: Start, language: Language, text: str) -> None:
    """Other words for the same thing explain nothing."""
    talk = await start(KITCHEN if language == "en" else BAKING, language).say(text)
    assert [gap.quote for gap in talk.analysis.found if gap.kind is GapKind.CIRCULAR] == [text]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The dough gets bigger because the yeast fills it with bubbles of gas."),
        ("en", "It's like blowing up a balloon because the air can't get out of the balloon."),
        ("zh", "面团变大，是因为酵母在里面放出了好多气泡。"),
        ("zh", "面包皮会变成棕色，因为糖和蛋白质在烤箱里起了反应。"),
    ],
)
async def test_a_reason_that_adds_something_is_none(start: Start, language: Language, text: str) -> None:
    """Real reasons and comparisons are left in peace."""
    talk = await start(KITCHEN if language == "en" else BAKING, language).say(text)
    assert "circular" not in talk.kinds()


@pytest.mark.parametrize(
    ("language", "kind", "text"),
    [
        ("en", "mechanism_gap", "You put the dough in, something happens in there, and then it's bread."),
        ("en", "mechanism_gap", "The yeast does its thing and then the dough is twice as big."),
        ("en", "mechanism_gap", "The crust goes through some process and ends up brown."),
        ("en", "vague", "The salt does stuff with the things in the dough."),
        ("en", "vague", "And the heat is sort of a thing for all that."),
        ("en", "boundary", "Bread goes mouldy in a day, no matter what."),
        ("en", "boundary", "Every flour in the world can be baked like that."),
        ("en", "boundary", "It works with anything, even on the Moon, without exception."),
        ("zh", "mechanism_gap", "面团放进去，里面经过一系列变化，就成了面包。"),
        ("zh", "mechanism_gap", "酵母自己折腾一番，面团就大了一倍。"),
        ("zh", "mechanism_gap", "把面包放进烤箱，也不知道怎么弄的，皮就黄了。"),
        ("zh", "vague", "盐对面团有点那个什么作用。"),
        ("zh", "vague", "温度那方面的一些东西也要管。"),
        ("zh", "boundary", "不管什么面粉，都能烤成一样的面包。"),
        ("zh", "boundary", "所有的面包放一天都会发霉。"),
        ("zh", "boundary", "只要揉得久，就一定能烤好。"),
    ],
)
async def test_empty_and_sweeping_words_are_quoted(start: Start, language: Language, kind: str, text: str) -> None:
    """Black boxes, fillers and claims without limits are found, and quoted as they stand."""
    talk = await start(KITCHEN if language == "en" else BAKING, language).say(text)
    quotes = [gap.quote for gap in talk.analysis.found if gap.kind.value == kind]
    assert len(quotes) == 1
    assert quotes[0] is not None
    assert quotes[0] in text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Something smells nice in the kitchen, like the stuff my gran used to make."),
        ("en", "The bubbles are always moving about, and people think that all bread needs salt."),
        ("en", "It's not just anywhere in the oven, you put it on the middle shelf."),
        ("zh", "这个东西嘛，你不管它，它自己也会慢慢凉下来。"),
        ("zh", "不一定要放盐，我家就从不放，没有人吃出来。"),
        ("zh", "很多人以为所有面包都要放盐。"),
    ],
)
async def test_plain_talk_is_left_in_peace(start: Start, language: Language, text: str) -> None:
    """Informal words in a concrete sentence, habits and beliefs of others are no gaps."""
    talk = await start(KITCHEN if language == "en" else BAKING, language).say(text)
    assert set(talk.kinds()).isdisjoint({"vague", "mechanism_gap", "boundary"})


async def test_only_the_reason_that_is_nowhere_is_asked_for(start: Start) -> None:
    """A bare fact is a gap; the reason may stand in the same sentence or in the next one."""
    bare = await start(KITCHEN).say("In the oven the crust turns brown.")
    assert [gap.point_index for gap in bare.analysis.found if gap.kind is GapKind.CAUSAL_GAP] == [2]
    for text in (
        "In the oven the crust turns brown because the sugar in it reacts with the protein.",
        "In the oven the crust turns brown. That's because its sugar reacts with protein.",
    ):
        assert "causal_gap" not in (await start(KITCHEN).say(text)).kinds()


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_an_abstract_text_lacks_an_example_beside_other_gaps(start: Start, language: Language) -> None:
    """A text that keeps to the key points' words is asked for an example; one comparison of its own is enough."""
    abstract = {
        "en": "Yeast makes bubbles of gas because it feeds on the sugar in the dough. Kneading makes it stretchy. "
        "So the dough can hold the gas. In the oven the crust somehow turns brown.",
        "zh": "酵母会产生气泡，因为它吃掉面团里的糖。揉面让面团变得有弹性。所以面团能兜住气体。"
        "面包皮在烤箱里经过一番变化，就成了棕色。",
    }[language]
    picture = {
        "en": " It's like when my brother blows up a party balloon and ties a knot in it, nothing gets out.",
        "zh": "就像我弟弟吹生日气球，打个结，一点都漏不出来。",
    }[language]
    reference = KITCHEN if language == "en" else BAKING
    kinds = (await start(reference, language).say(abstract)).kinds()
    assert {"mechanism_gap", "missing_example"} <= set(kinds)
    assert "missing_example" not in (await start(reference, language).say(abstract + picture)).kinds()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_jargon_stands_out(embedder: Embedder, language: Language) -> None:
    """The shipped weights tell nearly all of the glossary's terms from the everyday words."""
    terms, hard = next((texts, labels) for own, texts, labels in glossary() if own == language)
    guessed = technical(terms[::5], language, embedder) > 0.5
    assert (guessed == (hard[::5] > 0)).mean() >= 0.85


def test_hard_words_are_rarer_and_harder(embedder: Embedder) -> None:
    """Inflected words are as frequent as their base, unlisted ones are rare; technical words are the harder ones."""
    assert frequency("dogs", "en") >= frequency("dog", "en") > frequency("stoichiometry", "en")
    hard, easy = complexity(["stoichiometry", "bread"], "en", embedder)
    assert hard > easy


def test_the_shipped_weights_of_circles_are_the_trained_ones(embedder: Embedder) -> None:
    """Training again on the examples tells at least eight of ten apart."""
    features, labels = examples(embedder)
    assert ((features @ fit(features, labels) > 0) == (labels > 0)).mean() >= 0.8


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_tuning_half_is_found_out(student: BuiltinStudent, language: Language) -> None:
    """Three quarters of what is unclear in FeynBench's tuning half, and hardly an alarm on a complete explanation."""
    tally, alarms = Tally(), Counter[GapKind]()
    for case in cases("tune"):
        if case.language == language:
            found = await examine(student, case)
            tally.add(case, found)
            alarms.update(gap.kind for gap in found if case.complete)
    assert tally.clarity.f1 >= 0.78
    assert sum(alarms[kind] for kind in CLARITY) <= 0.15 * tally.complete

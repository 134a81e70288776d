"""What the built-in student says."""

import re
from itertools import pairwise

import numpy as np
import pytest

from feynman.domain import Coverage, Gap, GapKind, KeyPoint, Language, Memory, Reference
from feynman.engines.builtin.intent import intent_of
from feynman.engines.builtin.phrasing import excerpt, phrases, pieces
from feynman.engines.builtin.questions import ask
from feynman.engines.builtin.recap import turn_around
from feynman.engines.student import Analysis
from feynman.text.embedding import Embedder
from feynman.text.language import has_han
from feynman.text.tokens import content_words
from tests.engines.conftest import NOW, Start
from tests.engines.lessons import sample

PRAISE = re.compile(r"great|good job|well done|excellent|perfect|很棒|真棒|太好了|做得好|完美", re.IGNORECASE)
DONT_KNOW = {"en": "I don't know.", "zh": "我不知道。"}


@pytest.mark.parametrize(
    ("text", "language", "intent"),
    [
        ("I don't know.", "en", "does_not_know"),
        ("不知道", "zh", "does_not_know"),
        ("I don't know exactly, but maybe the roots take up water from the ground", "en", "explains"),
        ("Just tell me the answer!", "en", "wants_answer"),
        ("告诉我答案吧", "zh", "wants_answer"),
        ("This isn't a gap, my textbook says so.", "en", "insists"),
        ("课本上就是这么写的", "zh", "insists"),
        ("What is mass?", "en", "asks"),
        ("什么是质量？", "zh", "asks"),
        ("我也不会", "zh", "does_not_know"),
        ("任何速度下它永远都不会倒。", "zh", "explains"),
        ("yes", "en", "bare"),
        ("嗯", "zh", "bare"),
        ("Water.", "en", "short"),
        ("Roots drink water.", "en", "explains"),
    ],
)
def test_what_the_learner_wants_is_told_apart(text: str, language: Language, intent: str) -> None:
    """Not knowing, pleading, insisting, asking, a bare yes and one word are no explanations."""
    assert intent_of(text, language) == intent


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_session_never_repeats_itself(start: Start, language: Language) -> None:
    """Over eight turns no question and no reply comes twice, each has one question mark, none praises."""
    talk = await start("photosynthesis", language).say(sample("photosynthesis", language).mistaken)
    for _ in range(7):
        await talk.say(DONT_KNOW[language])
    replies = [turn.reply for turn in talk.turns]
    questions = [turn.question.text for turn in talk.turns if turn.question is not None]
    assert len(questions) == 8
    assert len(set(questions)) == 8
    assert len(set(replies)) == 8
    for reply in replies:
        assert len(re.findall("[?？]", reply)) == 1
        assert not PRAISE.search(reply)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_conversation_comes_to_an_end(start: Start, language: Language) -> None:
    """When all is said, nothing is asked: the student tells it back, turned round, and wants to hear it again."""
    lesson = sample("photosynthesis", language)
    talk = await start("photosynthesis", language).say(lesson.partial)
    await talk.say(lesson.complete)
    assert talk.statuses() == ["covered"] * 6
    assert talk.question is None
    assert "?" not in talk.reply
    assert "？" not in talk.reply
    assert ("First, " if language == "en" else "首先，") in talk.reply
    said = talk.reply
    await talk.say("thanks" if language == "en" else "谢谢")
    assert talk.question is None
    assert len(talk.reply) < len(said)


async def test_the_error_is_asked_about_first_and_quoted(start: Start) -> None:
    """The question is the one that makes one doubt the misconception; what is wrong is neither praised nor believed."""
    talk = await start("photosynthesis").say("Plants get their food from the soil through their roots.")
    assert talk.asked is not None
    assert talk.asked.kind == GapKind.FACTUAL_ERROR
    assert (talk.asked.detail or "") in talk.reply
    assert "“Plants get their food from the soil through their roots”" in talk.reply
    assert talk.analysis.beliefs == ()


async def test_another_gap_is_taken_when_the_learner_does_not_know(start: Start) -> None:
    """Not knowing moves on, insisting stays."""
    talk = await start("photosynthesis").say("Plants are nice and green.")
    first = talk.asked
    await talk.say("I don't know.")
    second = talk.asked
    assert first is not None
    assert second is not None
    assert second.id != first.id
    await talk.say("This isn't a gap, my textbook says so.")
    assert talk.asked is not None
    assert talk.asked.id == second.id


async def test_a_memory_is_mentioned_in_the_first_turn(start: Start) -> None:
    """In the words that were used then, when they are in this language."""
    memory = Memory(
        id="m", learner_id="ada", session_id="old", turn_ids=("t",), topic="Tea", kind="summary",
        text="About Tea I was taught: “Tea leaves wilt before they are rolled.”", language="en",
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    wrong = memory.model_copy(update={"kind": "misconception", "text": "About Tea we were not sure: “Tea is a fruit.”"})
    talk = await start("photosynthesis", "en", (wrong, memory)).say("Plants are nice and green.")
    assert "Tea" in talk.reply
    assert "taught: " not in talk.reply
    assert "“Tea leaves wilt before they are rolled”" in talk.reply
    await talk.say("They really are very green.")
    assert "Tea" not in talk.reply
    bare = memory.model_copy(update={"text": "Tea leaves wilt before they are rolled."})
    talk = await start("photosynthesis", "en", (bare,)).say("Plants are nice and green.")
    assert "Tea" in talk.reply
    assert "wilt" not in talk.reply
    foreign = await start("photosynthesis", "zh", (memory,)).say("植物很好看。")
    assert "Tea" in foreign.reply
    assert "wilt" not in foreign.reply


@pytest.mark.parametrize(("language", "hint"), [("en", "nothing about this to check"), ("zh", "没有资料可以对照")])
async def test_without_a_reference_it_says_so_once(start: Start, language: Language, hint: str) -> None:
    """In the first turn only."""
    text = "Copper wires carry current well." if language == "en" else "铜线很容易让电流通过。"
    talk = await start("no such topic", language).say(text)
    assert hint in talk.reply
    await talk.say(text)
    assert hint not in talk.reply


async def test_copied_key_points_are_asked_for_in_own_words(start: Start) -> None:
    """Reading the book aloud is no gap, but the student says it does not help."""
    talk = start("photosynthesis")
    await talk.say(" ".join(point.text for point in talk.reference.points))
    assert "own words" in talk.reply or "the way you talk" in talk.reply
    assert "vague" not in talk.kinds()


async def test_own_points_are_asked_about_without_their_words(start: Start) -> None:
    """Points without a question of their own get a cue that has none of their words."""
    texts = {
        "en": [
            "Sourdough rises because wild yeast makes gas.",
            "Bakers fold the dough four times.",
            "Rye is denser than wheat.",
            "Starter sleeps in the fridge.",
            "Salt goes in after an hour.",
            "Bakers in Alaska carried it under their coats.",
        ],
        "zh": ["面团会发起来，因为酵母放出气体。", "面团要折叠四次。", "黑麦比小麦更密实。", "酵头放在冰箱里。"],
    }
    for language in ("en", "zh"):
        reference = Reference(
            topic="Bread" if language == "en" else "面包", points=tuple(KeyPoint(text=text) for text in texts[language])
        )
        talk = await start(reference, language).say("It tastes nice." if language == "en" else "我觉得很好吃呀。")
        secret = {word for text in texts[language] for word in content_words(text, "en")}
        for _ in range(7):
            assert talk.question is not None
            assert secret.isdisjoint(content_words(talk.question.text, "en")), talk.question.text
            await talk.say(DONT_KNOW[language])


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_probe_is_asked_once(start: Start, language: Language) -> None:
    """Later questions about the same point ask for something else, in new words, and no phrase comes twice running."""
    talk = await start("photosynthesis", language).say(sample("photosynthesis", language).partial)
    for _ in range(8):
        await talk.say(DONT_KNOW[language])
    replies = [turn.reply for turn in talk.turns]
    for probe in (point.probe or "-" for point in talk.reference.points):
        assert sum(probe in reply for reply in replies) <= 1
    openings = [turn.reply.removesuffix(turn.question.text) for turn in talk.turns if turn.question is not None]
    assert all(one != other for one, other in pairwise(openings))
    assert any(("I'm stuck" if language == "en" else "我卡住了") in reply for reply in replies)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_questions_are_new_in_meaning_too(start: Start, embedder: Embedder, language: Language) -> None:
    """The questions about one gap differ more, quotes aside, than two ways to say the same."""
    text = "A gambit somehow gives you an attack." if language == "en" else "打劫反正就不能马上提回来。"
    talk = await start("no such topic", language).say(text)
    for _ in range(4):
        await talk.say(DONT_KNOW[language])
    asked = [re.sub("“[^”]*”", "…", turn.question.text) for turn in talk.turns if turn.question is not None]
    assert len(asked) == len(set(asked)) == 5
    cosines = np.triu(embedder.encode(asked) @ embedder.encode(asked).T, 1)
    assert cosines.max() < 0.75


@pytest.mark.parametrize(
    ("language", "topic", "texts"),
    [
        (
            "en",
            "Sourdough",
            (
                "Sourdough bread rises with wild yeast that lives in the flour.",
                "Because the yeast eats sugar and makes gas bubbles.",
                "For example my grandma bakes it every Saturday in her old oven.",
                "It does not rise in the fridge, only when it is warm enough.",
            ),
        ),
        (
            "zh",
            "酸面包",
            (
                "面团里住着看不见的小东西，它们会吐气。",
                "因为它们吃掉面里的糖，所以吐出气来，面就鼓了。",
                "比如我奶奶每个周末都烤一个，放在窗边等它长大。",
                "放到冷的地方就不行，除非等上好几天。",
            ),
        ),
    ],
)
async def test_a_topic_of_ones_own_is_asked_on_about(
    start: Start, language: Language, topic: str, texts: tuple[str, ...]
) -> None:
    """Without a reference a clear sentence is not the end: a why, an example and a limit come first, then it is."""
    talk = start(topic, language)
    for text in texts[:-1]:
        await talk.say(text)
        assert talk.question is not None, talk.reply
        assert talk.question.gap_id is None
    await talk.say(texts[-1])
    assert talk.question is None
    assert [turn.question.depth for turn in talk.turns if turn.question is not None] == ["deep", "shallow", "deep"]
    await talk.say("thanks" if language == "en" else "谢谢")
    assert talk.question is None


@pytest.mark.parametrize(("language", "noise"), [("en", ("asdf qwer", "!!!")), ("zh", ("啊啊啊", "🙂🙂"))])
async def test_noise_is_met_kindly_and_the_question_stands(
    start: Start, language: Language, noise: tuple[str, str]
) -> None:
    """It asks to say that again; help then is about the question from before."""
    talk = await start("photosynthesis", language).say(sample("photosynthesis", language).partial)
    before = talk.asked
    phrased = phrases(language)
    for text in noise:
        await talk.say(text)
        assert talk.question is not None
        assert talk.question.text in phrased["questions"]["unclear"]
        assert talk.reply.removesuffix(talk.question.text).strip() in phrased["reactions"]["nonsense"]
        assert talk.asked == talk.gaps[before.id if before is not None else ""]
    await talk.say("I'm stuck" if language == "en" else "我卡住了")
    assert talk.question is not None
    assert talk.question.help == "question"


async def test_noise_in_the_first_turn_stands_for_nothing(start: Start) -> None:
    """No gap counts as asked about."""
    talk = await start("photosynthesis").say("!!!")
    assert talk.question is not None
    assert talk.question.gap_id is None
    assert {gap.asked for gap in talk.gaps.values()} == {0}


@pytest.mark.parametrize(("language", "spoken"), [("en", "zh"), ("zh", "en")])
async def test_no_quote_in_another_language(start: Start, language: Language, spoken: Language) -> None:
    """What was said before the learner changed language is not quoted in the new one."""
    first = {"en": "A gambit somehow gives you an attack.", "zh": "打劫反正就不能马上提回来。"}[language]
    talk = await start("no such topic", language).say(first)
    talk.language = spoken
    for _ in range(3):
        await talk.say(DONT_KNOW[spoken])
        assert talk.asked is not None
        assert "“" not in talk.reply
        assert has_han(talk.reply) == (spoken == "zh")


@pytest.mark.parametrize(
    ("language", "said", "point", "word", "depth"),
    [
        ("en", "Mum has an oven.", "Experts heat the oven to 230 degrees.", "oven", "shallow"),
        ("en", "You can hear the crust.", "The crust crackles because steam gets out.", "crust", "deep"),
        ("en", "You can hear the crust.", "Crust is harder than crumb.", "crust", "intermediate"),
        ("zh", "妈妈有烤箱，烤箱里很亮。", "行家要先把烤箱预热到230度。", "烤箱", "shallow"),
        ("zh", "外皮会响。", "外皮又硬又脆，因为水汽跑掉了。", "外皮", "deep"),
        ("zh", "外皮会响。", "外皮比里面硬。", "外皮", "intermediate"),
    ],
)
def test_a_point_without_a_question_is_asked_about_by_its_form(
    start: Start, embedder: Embedder, language: Language, said: str, point: str, word: str, depth: str
) -> None:
    """A number asks for a number, a reason for a reason, a comparison for one, hung on a thing the learner named."""
    talk = start(Reference(topic="Bread" if language == "en" else "面包", points=(KeyPoint(text=point),)), language)
    gap = Gap(
        id="gap",
        kind=GapKind.MISSING_POINT,
        turn_id="turn-1",
        point_index=0,
        point=point,
        reason="",
        confidence=1,
        severity=2,
    )
    coverage = Coverage(index=0, point=point, status="missing", score=0)
    question = ask(gap, talk.lesson(said), Analysis(coverage=(coverage,), open_gaps=(gap,)), embedder)
    assert f"“{word}”" in question.text
    assert question.depth == depth
    assert len(re.findall("[?？]", question.text)) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_has_five_questions_with_one_mark(language: Language) -> None:
    """Enough templates to choose from; those without a borrowed question end in exactly one question mark."""
    lists = phrases(language)["questions"]
    assert {kind.value for kind in GapKind} <= set(lists)
    for templates in lists.values():
        assert len(templates) >= 5
        assert len(set(templates)) == len(templates)
        for template in templates:
            borrowed = "{probe}" in template.replace("“{probe}”", "") or "{detail}" in template
            assert len(re.findall("[?？]", template)) == (0 if borrowed else 1)
    assert not PRAISE.search(str(phrases(language)["reactions"]))


def test_excerpts_are_verbatim_and_quotable() -> None:
    """A short piece of the text, never one with a question or quotation mark, the wanted words first."""
    text = "So plants drink water. The leaves, which are green, catch light, and then they make sugar out of it."
    assert excerpt(text, "en", wanted=content_words("sugar", "en")) is not None
    assert (excerpt(text, "en", wanted=content_words("drink water", "en")) or "") == "plants drink water"
    assert excerpt("Is it “green”?", "en") is None
    assert excerpt("x" * 500, "en") is None
    assert excerpt("所以植物会喝水。", "zh") == "植物会喝水"


def test_pieces_join_to_the_text() -> None:
    """Streaming changes nothing."""
    for text, language in (("One  two\nthree ", "en"), ("好，“植物”会喝水？", "zh")):
        assert "".join(pieces(text, "zh" if language == "zh" else "en")) == text
        assert len(pieces(text, "zh" if language == "zh" else "en")) > 2


def test_persons_are_turned_around() -> None:
    """The learner's I becomes you."""
    assert turn_around("I’m sure my plant likes me", "en") == "you're sure your plant likes you"
    assert turn_around("我觉得我们的花喜欢我", "zh") == "你觉得我们的花喜欢你"


@pytest.mark.parametrize(("language", "spoken"), [("en", "zh"), ("zh", "en")])
async def test_a_reply_is_in_one_language_only(start: Start, language: Language, spoken: Language) -> None:
    """Questions of a reference in the other language are not borrowed, neither for points nor for errors."""
    talk = start("photosynthesis", language)
    talk.language = spoken
    wrong = {"en": "Plants get their food from the soil through their roots.", "zh": "植物的食物是根从土壤里吸上来的。"}
    await talk.say(wrong[spoken])
    for _ in range(4):
        assert talk.question is not None
        assert has_han(talk.question.text) == (spoken == "zh")
        assert spoken == "en" or not re.search("[a-z]", talk.question.text.replace(talk.reference.topic, ""))
        await talk.say(DONT_KNOW[spoken])


@pytest.mark.parametrize(
    ("language", "text", "elsewhere"),
    [
        (
            "en",
            "A gambit somehow gives you an attack.",
            "somewhere else|another side|for later|this one is easier|else",
        ),
        ("zh", "打劫反正就不能马上提回来。", "别的地方|换个|先放一放|下面这个"),
    ],
)
async def test_the_only_gap_left_is_kept_in_so_many_words(
    start: Start, language: Language, text: str, elsewhere: str
) -> None:
    """Who is asked the same again after not knowing is not told that it goes on elsewhere."""
    talk = await start("no such topic", language).say(text)
    first = talk.asked
    for _ in range(4):
        await talk.say(DONT_KNOW[language])
        assert talk.asked is not None
        assert first is not None
        assert talk.asked.id == first.id
        assert talk.question is not None
        assert not re.search(elsewhere, talk.reply.removesuffix(talk.question.text))

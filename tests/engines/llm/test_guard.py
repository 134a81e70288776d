"""The student stays a student, word by word."""

import pytest

from feynman.domain import Coverage, Gap, GapKind, Language, Question, Turn
from feynman.engines.llm.guard import Guard, guard_for
from feynman.engines.student import Analysis, Lesson
from tests.engines.conftest import NOW
from tests.engines.llm.conftest import lesson


def analysis_of(given: Lesson, *gaps: Gap, covered: tuple[int, ...] = ()) -> Analysis:
    """Nothing is covered but ``covered``."""
    coverage = tuple(
        Coverage(index=at, point=point.text, status="covered" if at in covered else "missing", score=0.0)
        for at, point in enumerate(given.reference.points)
    )
    return Analysis(coverage=coverage, open_gaps=gaps)


def error(language: Language = "en") -> Gap:
    """A factual error that stands open."""
    quote = "plants eat soil" if language == "en" else "植物吃土"
    return Gap(
        id="g", kind=GapKind.FACTUAL_ERROR, turn_id="t0", quote=quote, start=0, end=len(quote), point_index=1,
        reason="-", confidence=0.9, severity=3, asked=1,
    )  # fmt: skip


def through(guard: Guard, text: str, size: int = 4) -> tuple[str, str | None]:
    """What is let through of a text in pieces, and why it stopped."""
    out = []
    for at in range(0, len(text), size):
        out.append(guard.feed(text[at : at + size]))
        if guard.broken is not None or guard.done:
            break
    else:
        out.append(guard.finish())
    return "".join(out), None if guard.broken is None else guard.broken.reason


def guarded(
    text: str, said: str = "Plants grow.", language: Language = "en", *, standing: bool = False, asking: bool = True
) -> tuple[str, str | None]:
    """The same, for a lesson about plants of which nothing is covered yet; the pieces' size makes no difference."""
    given = lesson(said, language=language)
    gaps = (error(language),) if standing else ()
    results = {through(guard_for(given, analysis_of(given, *gaps), asking=asking), text, size) for size in (1, 3, 400)}
    broken = {reason for _, reason in results}
    assert len(broken) == 1
    return min(results, key=len)


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_a_good_reply_goes_through_as_it_is(size: int) -> None:
    """Nothing is changed, and what comes after the question is left out."""
    given = lesson("Plants eat soil.")
    guard = guard_for(given, analysis_of(given), asking=True)
    assert through(guard, "Hm, soil? And then?", size) == ("Hm, soil?", None)
    assert guard.question == "Hm, soil?"


def test_the_first_word_leaves_at_once() -> None:
    """No word waits for the next one unless it may become a secret."""
    given = lesson("Plants grow.")
    guard = guard_for(given, analysis_of(given), asking=True)
    assert guard.feed("Hm") == "Hm"
    assert guard.feed(", so") == ", so"
    assert guard.feed(" ox") == " "
    assert guard.feed("en") == "oxen"


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("So is it because of carbon dioxide?", "carbon"),
        ("Does the Chlorophyll do it?", "hlorophyll"),
        ("I read that they ABSORB it, right?", "ABSORB"),
        ("Are molecules split there?", "molecul"),
        ("Does “oxygen” come out?", "oxygen"),
    ],
)
def test_a_word_of_the_answer_is_not_said(said: str, secret: str) -> None:
    """The reply is cut before the word; what was before it stands."""
    text, reason = guarded(said)
    assert reason == "leak"
    assert secret not in text
    assert said.startswith(text)


def test_a_word_the_learner_said_is_no_secret() -> None:
    """Neither are a probe's words and the topic's."""
    text = "You said carbon dioxide: where is the stuff that a tree is made of in photosynthesis?"
    assert guarded(text, said="It takes in carbon dioxide.") == (text, None)


@pytest.mark.parametrize("said", ["是因为二氧化碳吗？", "叶绿素是做什么的？", "我觉得是氧气吧？"])
def test_a_chinese_word_of_the_answer_is_not_said(said: str) -> None:
    """The dictionary finds the words."""
    text, reason = guarded(said, said="植物会长大。", language="zh")
    assert reason == "leak"
    assert all(secret not in text for secret in ("二氧化碳", "叶绿素", "氧气"))


def test_chinese_characters_across_words_are_no_secret() -> None:
    """What only looks like a secret word goes through."""
    assert guarded("嗯，那种子里面呢？", said="植物会长大。", language="zh") == ("嗯，那种子里面呢？", None)


def test_a_point_shown_in_full_is_no_secret() -> None:
    """After the last rung of the help ladder its words may be said."""
    asked = Question(text="?", gap_id="g", depth="deep", help="answer")
    turn = Turn(
        id="t0", session_id="s1", number=1, text="plants eat soil", language="en", status="completed", question=asked,
        found=(error(),), created_at=NOW,
    )  # fmt: skip
    given = lesson("Okay.", earlier=(turn,), open_gaps=(error(),))
    guard = guard_for(given, analysis_of(given, error()), asking=True)
    assert through(guard, "How does carbon dioxide get in?") == ("How does carbon dioxide get in?", None)


@pytest.mark.parametrize(
    "said",
    [
        "You're right, I see. What next?",
        "Oh, okay, you’re absolutely right about soil. What next?",
        "I don't know, that's true. And then?",
        "Hm. I was wrong then. What next?",
        "Fair enough! What do roots do?",
        "Your teacher is right, of course. What else?",
    ],
)
def test_an_error_is_not_conceded(said: str) -> None:
    """While an error stands open, words of agreement are not let through."""
    text, reason = guarded(said, standing=True)
    assert reason == "concession"
    assert not any(word in text.lower() for word in ("right", "true", "wrong", "fair enough"))


@pytest.mark.parametrize(
    "said", ["你说得对，那接下来呢？", "好吧，我错了。后来呢？", "老师说得对。还有呢？", "嗯，没错。为什么？"]
)
def test_an_error_is_not_conceded_in_chinese(said: str) -> None:
    """As in English."""
    text, reason = guarded(said, language="zh", standing=True, said="植物吃土。")
    assert reason == "concession"
    assert not any(word in text for word in ("对", "错"))


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("I'm not sure you're right. How could one check?", "en"),
        ("How do you know that's true?", "en"),
        ("Are you sure that is right?", "en"),
        ("Your soil, you really think so?", "en"),
        ("你说得对吗？", "zh"),
        ("我不确定你说得对，怎么才能知道？", "zh"),
    ],
)
def test_doubt_is_no_concession(said: str, language: Language) -> None:
    """The same words in a doubt or a question go through."""
    given = "Plants eat soil." if language == "en" else "植物吃土。"
    assert guarded(said, language=language, standing=True, said=given) == (said, None)


def test_agreeing_is_fine_when_nothing_is_wrong() -> None:
    """Only an open error makes the student steadfast."""
    assert guarded("That's right? Why?") == ("That's right?", None)


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("你为什么这么说？", "en"),
        ("Hm, 植物为什么会长大呢？", "en"),
        ("Why do plants grow at all?", "zh"),
        ("嗯，so how does it get in there then？", "zh"),
        ("なぜそうなりますか。わかりません？", "en"),
        ("Je pense que les plantes mangent bien la terre, pourquoi alors?", "en"),
    ],
)
def test_another_language_is_held_back(said: str, language: Language) -> None:
    """A reply is in the learner's language."""
    text, reason = guarded(said, language=language, said="植物会长大。" if language == "zh" else "Plants grow.")
    assert reason == "language"
    assert len(text) < len(said)


@pytest.mark.parametrize(
    ("said", "heard"), [("你说的 ATP 是什么？", "植物里有 ATP。"), ("DNA 和 RNA 有什么不同？", "植物会长大。")]
)
def test_an_abbreviation_is_chinese_too(said: str, heard: str) -> None:
    """A word or two in Latin letters, and any that the learner used, are part of Chinese."""
    assert guarded(said, language="zh", said=heard) == (said, None)


def test_a_lecture_is_cut() -> None:
    """A reply that goes on without asking stops."""
    assert guarded("Okay. Hm. Well. So. And. Right. Then what?")[1] == "lecture"
    assert guarded("Hm, " + "well and so on and so on " * 40)[1] == "lecture"


def test_a_reply_without_a_question_is_held_back() -> None:
    """It stands, and the question has to come from elsewhere."""
    assert guarded("Hm, I see.") == ("Hm, I see.", "no_question")


def test_a_question_in_quotation_marks_is_not_the_students() -> None:
    """What the learner asked may be quoted."""
    assert guarded("You asked “why?” just now. What is it?") == ("You asked “why?” just now. What is it?", None)


def test_a_recap_asks_nothing() -> None:
    """When nothing is open, sentences that ask are left out."""
    text, reason = guarded("So plants grow. What else? I will remember that.", asking=False)
    assert (text, reason) == ("So plants grow. I will remember that.", None)


def test_the_last_word_is_looked_at_too() -> None:
    """What was held back at the end is a secret or is told."""
    assert guarded("So it is carbon") == ("So it is ", "leak")
    assert guarded("So it is carb") == ("So it is carb", "no_question")


def test_a_recap_that_does_not_end_is_ended() -> None:
    """It stops after five sentences, without an error."""
    text, reason = guarded("I see. " * 9, asking=False)
    assert (text.strip(), reason) == ("I see. " * 4 + "I see.", None)


def test_a_new_line_ends_a_quotation() -> None:
    """An opening mark that is never closed does not hide the question."""
    assert guarded("You said “roots.\nWhat do they do?") == ("You said “roots.\nWhat do they do?", None)

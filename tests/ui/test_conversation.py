import uuid

import pytest

from feynman.domain import Belief, Explanation, Learner, Session, Turn
from feynman.engines.student import Finding, Lesson
from tests.ui.school import HOSTILE, School, Tab
from tests.ui.student import resolving, vague


@pytest.fixture
def learner(school: School) -> Learner:
    """Somebody new."""
    return school.learner()


@pytest.fixture
def session(school: School, learner: Learner) -> Session:
    """A session about a topic of the library."""
    return school.session(learner)


@pytest.fixture
def lesson(tab: Tab, learner: Learner, session: Session) -> Tab:
    """The tab with the session open."""
    return tab.open(learner=learner, session=session)


def turns(school: School, learner: Learner, session: Session) -> tuple[Turn, ...]:
    """What is stored."""
    return school.loop.run(school.study.conversation(session.id, learner.id), 10).turns


def test_a_turn(lesson: Tab, school: School, learner: Learner, session: Session) -> None:
    """Both sides of a turn are shown, the question stands out, it is kept, and it is stored once."""
    assert "knows nothing about this yet" in lesson.text
    lesson.say("Water pushes from below.")
    assert not lesson.app.exception
    assert '<div class="fy-said fy-text" dir="auto">Water pushes from below.</div>' in lesson.html
    assert 'I see. <strong class="fy-question">Why is that?</strong></div>' in lesson.html
    assert lesson.html.count("fy-kept") == lesson.html.count("fy-kept {") + 1
    (turn,) = turns(school, learner, session)
    assert (turn.text, turn.status) == ("Water pushes from below.", "completed")
    assert turn.language == "en"
    assert [message.name for message in lesson.app.chat_message] == ["user", "assistant"]
    lesson.app.run()
    assert len(turns(school, learner, session)) == 1


def test_the_engine_is_named(lesson: Tab) -> None:
    """A badge says that the student is rule-based."""
    assert "Built-in student (rule-based, offline)" in lesson.html


def test_hostile_text_is_shown_as_typed(lesson: Tab, school: School) -> None:
    """Markup, Markdown, formulas and scripts come out as the characters that were typed, on both sides."""
    school.student.pieces = (HOSTILE,)
    school.student.findings = lambda lesson: [vague(lesson, quote="<script>alert(1)</script>")]
    lesson.say(HOSTILE)
    assert not lesson.app.exception
    assert "<script>alert" not in lesson.html
    assert "<img" not in lesson.html
    assert "<i>" not in lesson.html
    assert lesson.html.count("&lt;img src=x onerror=alert(1)&gt; **bold** $x^2$ `code` :red[red]\n    ") >= 2
    assert "alert(1)" not in lesson.text


def test_gaps_are_shown_with_their_quote_and_ticked_off(lesson: Tab, school: School) -> None:
    """A gap card marks the quote in its sentence; the next turn clears it up and ticks it in the list."""
    school.student.findings = lambda lesson: [vague(lesson, quote="somehow")]
    lesson.say("Hello. It floats somehow.")
    assert "It floats <mark>somehow</mark>." in lesson.html
    assert "1 thing noticed" in lesson.html
    assert "1 open question" in [expander.label for expander in lesson.app.expander]
    school.student.findings = resolving
    lesson.say("The push is as strong as the weight of the water pushed aside.")
    assert 'class="fy-resolved fy-line"' in lesson.html
    assert "0 open questions" in [expander.label for expander in lesson.app.expander]
    assert lesson.html.count('fy-gap-vague fy-done"') == 2


def test_progress_shows_only_what_was_said(lesson: Tab, school: School) -> None:
    """Covered points show the learner's words; no text of a point that is still to come is anywhere on the page."""
    lesson.say("Water pushes from below.")
    assert '<div class="fy-covered fy-text" dir="auto">Water pushes from below.</div>' in lesson.html
    assert "Still to come: 4" in lesson.text
    points = [point.text for point in school.study.topic("buoyancy", "en").reference.points]
    assert not [point for point in points if point in lesson.html or point in lesson.text]


def test_a_chinese_lesson(tab: Tab, school: School) -> None:
    """Interface, student and dates speak Chinese to a Chinese learner."""
    learner = school.learner("小林", "zh")
    tab.open(learner=learner, session=school.session(learner, "浮力")).say("水把东西往上推。")
    assert "小问" in tab.html
    assert "还没讲到: 4" in tab.text
    assert "内置学生（基于规则，离线）" in tab.html
    assert school.student.lessons[-1].explanation.language == "zh"


@pytest.mark.parametrize(
    ("text", "said"), [("   \n ", "nothing to read"), ("x" * 20_001, "20,001 characters, and at most 20,000")]
)
def test_a_refused_text_stays_in_the_box(
    lesson: Tab, school: School, learner: Learner, session: Session, text: str, said: str
) -> None:
    """An empty or too long text is explained with its figures, goes back into the box, and nothing is stored."""
    lesson.say(text)
    assert said in lesson.text
    assert lesson.returned == text
    assert turns(school, learner, session) == ()
    lesson.app.run()
    assert lesson.returned is None
    assert said not in lesson.text


def test_the_longest_text_is_taken(lesson: Tab, school: School, learner: Learner, session: Session) -> None:
    """Exactly at the limit a text is stored whole."""
    lesson.say("水" * 20_000)
    assert turns(school, learner, session)[0].text == "水" * 20_000


def test_a_failed_turn_can_be_done_again(lesson: Tab, school: School, learner: Learner, session: Session) -> None:
    """The turn says what happened with its number for the logs; the retry answers it in the same turn."""
    school.student.failing = True
    lesson.say("Water pushes.")
    assert "lost the thread" in lesson.text
    assert lesson.returned is None
    (turn,) = turns(school, learner, session)
    assert turn.status == "failed"
    school.student.failing = False
    lesson.press(f"retry-{turn.id}")
    assert not lesson.app.exception
    assert "lost the thread" not in lesson.text
    assert "I see." in lesson.html
    assert [(turn.id, turn.status) for turn in turns(school, learner, session)] == [(turn.id, "completed")]


def test_a_stopped_turn_can_be_done_again(tab: Tab, school: School, learner: Learner, session: Session) -> None:
    """A turn that was stopped shows what came so far, says so, and can be done again."""
    stop_in_the_middle(school, learner, session)
    tab.open(learner=learner, session=session)
    (turn,) = turns(school, learner, session)
    assert turn.status == "stopped"
    assert "This turn was stopped" in tab.text
    assert "I see." in tab.html
    tab.press(f"retry-{turn.id}")
    assert turns(school, learner, session)[0].status == "completed"
    assert "This turn was stopped" not in tab.text


def stop_in_the_middle(school: School, learner: Learner, session: Session) -> None:
    """Begin a turn and leave it after the first words of the reply."""
    explanation = Explanation(
        topic=session.topic,
        text="Water pushes.",
        language="en",
        learner_id=learner.id,
        session_id=session.id,
        turn_id=uuid.uuid4().hex,
    )

    async def listen() -> None:
        events = school.study.explain(explanation)
        async for event in events:
            if event.kind == "text_delta":
                break
        await events.aclose()

    school.loop.run(listen(), 10)


def test_a_turn_that_was_cut_off_before_it_was_stored_comes_back(
    lesson: Tab, school: School, learner: Learner, session: Session
) -> None:
    """When a run ended before its turn was stored, the text is in the box again and is stored once when sent."""
    state = lesson.app.session_state.feynman
    state.pending = Explanation(
        topic="Buoyancy",
        text="Never stored.",
        language="en",
        learner_id=learner.id,
        session_id=session.id,
        turn_id="f" * 32,
    )
    lesson.app.run()
    assert lesson.returned == "Never stored."
    lesson.say("Never stored.")
    assert [turn.id for turn in turns(school, learner, session)] == ["f" * 32]


def test_another_tab_sees_all_turns(lesson: Tab, learner: Learner, session: Session) -> None:
    """Two tabs on one session both show everything after their next run."""
    other = Tab().open(learner=learner, session=session)
    lesson.say("From the first tab.")
    other.say("From the second tab.")
    lesson.app.run()
    for tab in (lesson, other):
        assert "From the first tab." in tab.html
        assert "From the second tab." in tab.html


def test_what_the_student_believes(lesson: Tab, school: School) -> None:
    """The side panel shows the beliefs in the learner's words, as typed."""

    def findings(lesson: Lesson) -> list[Finding]:
        explanation = lesson.explanation
        return [Belief(id="b", turn_id=explanation.turn_id, quote=explanation.text, start=0, end=len(explanation.text))]

    school.student.findings = findings
    lesson.say("Water <b>pushes</b>.")
    assert "What Wren believes now" in [expander.label for expander in lesson.app.expander]
    assert '<div class="fy-belief fy-text" dir="auto">Water &lt;b&gt;pushes&lt;/b&gt;.</div>' in lesson.html


def test_a_reply_without_a_question(lesson: Tab, school: School) -> None:
    """A reply that asks nothing is shown whole, with nothing marked."""
    school.student.question = None
    school.student.pieces = ("So it ", "is light.")
    lesson.say("Water pushes.")
    assert 'dir="auto">So it is light.</div>' in lesson.html
    assert "<strong" not in lesson.html


def test_the_language_of_the_text_counts(lesson: Tab, school: School) -> None:
    """Chinese typed into the English page is read as Chinese."""
    lesson.say("水把东西往上推。")
    assert school.student.lessons[-1].explanation.language == "zh"


def test_switching_language_in_a_conversation_keeps_it(lesson: Tab) -> None:
    """The conversation stays open and its frame changes language."""
    lesson.say("Water pushes.")
    lesson.app.segmented_control(key="fy-language").set_value("zh").run()
    assert "Water pushes." in lesson.html
    assert "小问" in lesson.html
    assert "session" in lesson.app.query_params


def test_help_is_a_button_away(lesson: Tab, school: School, learner: Learner, session: Session) -> None:
    """While a question stands, a quiet button says for the learner that they are stuck: a turn like any other."""
    assert not [button for button in lesson.app.button if button.key == "stuck"]
    lesson.say("Water pushes from below.")
    lesson.press("stuck")
    assert not lesson.app.exception
    assert [turn.text for turn in turns(school, learner, session)][1:] == ["I'm stuck. Can you help me?"]
    assert "I&#x27;m stuck. Can you help me?" in lesson.html
    school.student.question = None
    lesson.say("It pushes up.")
    assert not [button for button in lesson.app.button if button.key == "stuck"]


def test_a_chinese_lesson_has_a_chinese_plea(tab: Tab, school: School) -> None:
    """The sentence is in the language of the last turn, not of the page around it."""
    learner = school.learner("小林", "zh")
    tab.open(learner=learner, session=school.session(learner, "浮力")).say("水把东西往上推。")
    tab.app.segmented_control(key="fy-language").set_value("en").run()
    tab.press("stuck")
    assert school.student.lessons[-1].explanation.text == "我卡住了，能帮帮我吗？"
    assert school.student.lessons[-1].explanation.language == "zh"


def test_help_says_which_step_it_is(lesson: Tab, school: School, learner: Learner, session: Session) -> None:
    """The step is on a chip and what is read out on a card, while it comes and after a reload."""
    school.student.pieces = ("Here it is:\n", "“Water <b>pushes</b> “up”.”", "\n")
    school.student.help = "answer"
    lesson.say("Water pushes from below.")
    assert not lesson.app.exception
    school.student.help = None
    for page in (lesson, Tab().open(learner=learner, session=session)):
        assert '<span class="fy-chip fy-help">Help 4 of 4</span>' in page.html
        assert '<div class="fy-sheet" dir="auto">“Water &lt;b&gt;pushes&lt;/b&gt; “up”.”</div>' in page.html
        assert 'Here it is:<div class="fy-sheet"' in page.html
        assert '</div><strong class="fy-question">Why is that?</strong>' in page.html

import pytest

from feynman.domain import Learner
from tests.ui.school import HOSTILE, School, Tab


@pytest.fixture
def learner(school: School) -> Learner:
    """Somebody new."""
    return school.learner()


def topics(tab: Tab) -> list[str]:
    """The starter topics on the page."""
    return [button.label for button in tab.app.button if (button.key or "").startswith("topic-")]


def test_a_starter_topic_begins_a_session(tab: Tab, learner: Learner, school: School) -> None:
    """A card opens a session with the library's key points, and its address can be kept."""
    tab.open(learner=learner).press("topic-buoyancy")
    (session,) = school.loop.run(school.study.sessions(learner.id), 10)
    assert (session.topic, session.topic_id) == ("Buoyancy", "buoyancy")
    assert tab.app.query_params["session"] == session.id
    assert "0 of 5 key points explained" in [bar.proto.text for bar in tab.app.get("progress")]


def test_a_topic_of_ones_own(tab: Tab, learner: Learner) -> None:
    """Any topic can be taught; without key points the page says what that means."""
    tab.open(learner=learner)
    tab.app.text_input(key="own_topic").set_value("How bicycles <b>stay</b> up")
    tab.press("own_topic_start")
    assert "How bicycles &lt;b&gt;stay&lt;/b&gt; up" in tab.html
    assert "no list of key points" in tab.text


def test_a_topic_of_ones_own_is_one_line(tab: Tab, learner: Learner, school: School) -> None:
    """White space in a topic is folded before its session begins, as in its turns."""
    tab.open(learner=learner)
    tab.app.text_input(key="own_topic").set_value("  the  water \t cycle ")
    tab.press("own_topic_start")
    (session,) = school.loop.run(school.study.sessions(learner.id), 10)
    assert session.topic == "the water cycle"


@pytest.mark.parametrize(("topic", "said"), [("  ", "nothing to read"), ("x" * 201, "201 characters, and at most 200")])
def test_a_bad_topic_is_refused(tab: Tab, learner: Learner, topic: str, said: str) -> None:
    """An empty or too long topic begins nothing, says why, and stays in its field."""
    tab.open(learner=learner)
    tab.app.text_input(key="own_topic").set_value(topic)
    tab.press("own_topic_start")
    assert said in tab.text
    assert tab.app.text_input(key="own_topic").value == topic
    assert "session" not in tab.app.query_params


def test_topics_are_found_by_another_name_and_subject(tab: Tab, learner: Learner) -> None:
    """The search looks at aliases too; the subject narrows; nothing found is said."""
    tab.open(learner=learner)
    assert len(topics(tab)) > 20
    tab.app.text_input(key="topic_filter").set_value("full MOON and").run()
    assert topics(tab) == ["Phases of the Moon"]
    tab.app.pills(key="topic_subject").set_value("biology").run()
    assert topics(tab) == []
    assert "No topic of this name" in tab.text


def test_an_earlier_session_is_continued(tab: Tab, learner: Learner, school: School) -> None:
    """Earlier sessions are listed as typed and lead back to the conversation."""
    session = school.session(learner, HOSTILE[:60])
    tab.open(learner=learner)
    assert "&lt;img src=x" in tab.html
    assert "<img" not in tab.html
    tab.press(f"continue-{session.id}")
    assert tab.app.query_params["session"] == session.id
    assert tab.app.chat_input(key="fy-box")
    tab.press("other_topic")
    assert "session" not in tab.app.query_params
    assert topics(tab)


def test_anothers_session_is_never_shown(tab: Tab, learner: Learner, school: School) -> None:
    """The address of somebody else's session leads to the topics, with an explanation."""
    secret = school.session(school.learner("Bob"), "A private topic")
    tab.open(learner=learner, session=secret)
    assert "A private topic" not in tab.html
    assert "belongs to another learner" in tab.text
    assert topics(tab)
    assert "session" not in tab.app.query_params


def test_the_session_survives_a_visit_to_another_page(tab: Tab, learner: Learner, school: School) -> None:
    """Coming back from another page, the conversation is still open."""
    tab.open(learner=learner, session=school.session(learner)).page("monitor").page("learn")
    assert tab.app.chat_input(key="fy-box")
    assert "session" in tab.app.query_params

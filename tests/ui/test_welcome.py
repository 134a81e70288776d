import pytest

from tests.ui.school import HOSTILE, School, Tab


@pytest.mark.parametrize(("locale", "greeting"), [("en-GB", "What shall we call you?"), ("zh-TW", "怎么称呼你？")])
def test_the_first_visit_is_in_the_browsers_language(tab: Tab, locale: str, greeting: str) -> None:
    """A newcomer sees the welcome in the language of the browser."""
    tab.open(locale=locale)
    assert tab.app.text_input(key="nickname").label == greeting


def test_joining_keeps_the_nickname_and_sets_the_cookie(tab: Tab, school: School) -> None:
    """A nickname makes a learner, whose id the browser keeps for a year."""
    tab.open()
    tab.app.text_input(key="nickname").set_value("  Ada  ")
    tab.press("join")
    learner = tab.app.session_state.feynman.learner
    assert school.loop.run(school.study.learner(learner.id), 10) == learner
    assert learner.nickname == "Ada"
    assert f'"feynman_learner={learner.id}; path=/; max-age=31536000; SameSite=Lax"' in tab.html
    assert learner.id in tab.text


@pytest.mark.parametrize(("nickname", "said"), [("   ", "nothing to read"), ("x" * 31, "31 characters")])
def test_a_bad_nickname_is_refused(tab: Tab, nickname: str, said: str) -> None:
    """An empty or too long nickname is explained and what was typed stays."""
    tab.open()
    tab.app.text_input(key="nickname").set_value(nickname)
    tab.press("join")
    assert said in tab.text
    assert tab.app.text_input(key="nickname").value == nickname


def test_a_hostile_nickname_is_shown_as_typed(tab: Tab) -> None:
    """A nickname is never markup."""
    tab.open()
    tab.app.text_input(key="nickname").set_value("<b>*A*</b>")
    tab.press("join")
    assert "You are &lt;b&gt;*A*&lt;/b&gt;" in tab.html
    assert "<b>" not in tab.html


def test_the_key_brings_a_learner_back_in_their_language(tab: Tab, school: School) -> None:
    """The key of another device opens the learner's own space, in the language kept with them."""
    learner = school.learner("小林", "zh")
    tab.open(locale="en-US", learner=learner)
    assert "你是小林" in tab.html
    assert tab.app.title[0].value == "给小问讲课"


@pytest.mark.parametrize("key", ["", "short", HOSTILE, "unknown-but-well-formed-key", 'x"; alert(1); "xxxxxxxx'])
def test_a_wrong_key_opens_nothing(tab: Tab, key: str) -> None:
    """An unknown or malformed key is refused, and never gets into a script."""
    tab.open()
    tab.app.text_input(key="learner_key").set_value(key)
    tab.press("come_back")
    assert "Nobody has this key" in tab.text
    assert "document.cookie" not in tab.html


def test_switching_learner_forgets_the_first(tab: Tab, school: School) -> None:
    """After a switch the page welcomes somebody new and shows nothing of the learner before."""
    learner = school.learner("Ada")
    session = school.session(learner, "My secret topic")
    tab.open(learner=learner, session=session)
    assert "My secret topic" in tab.html
    tab.press("switch_learner")
    assert tab.app.text_input(key="nickname").value == ""
    assert "My secret topic" not in tab.html
    assert learner.id not in tab.text + tab.html
    assert "session" not in tab.app.query_params
    assert '"feynman_learner=; path=/; max-age=0' in tab.html


def test_the_language_can_be_switched_and_is_kept(tab: Tab, school: School) -> None:
    """The switch changes the page at once and the learner's language for next time."""
    learner = school.learner("Ada")
    tab.open(learner=learner)
    tab.app.segmented_control(key="fy-language").set_value("zh").run()
    assert tab.app.title[0].value == "给小问讲课"
    stored = school.loop.run(school.study.learner(learner.id), 10)
    assert stored is not None
    assert stored.language == "zh"
    tab.page("memory")
    assert tab.app.title[0].value == "记忆"


def test_a_newcomer_can_switch_language_too(tab: Tab) -> None:
    """Before there is a learner the tab keeps the language."""
    tab.open()
    tab.app.segmented_control(key="fy-language").set_value("zh").run()
    assert tab.app.text_input(key="nickname").label == "怎么称呼你？"
    tab.app.text_input(key="nickname").set_value("小林")
    tab.press("join")
    assert tab.app.session_state.feynman.learner.language == "zh"


def test_a_learner_of_the_api_is_no_key(tab: Tab, school: School) -> None:
    """Ids that API clients choose may be guessed, so they open nobody's lessons on the pages."""
    school.loop.run(school.study.admit("student-1", "en"), 10)
    tab.open()
    tab.app.text_input(key="learner_key").set_value("student-1")
    tab.press("come_back")
    assert "Nobody has this key" in tab.text
    assert tab.app.session_state.feynman.learner is None

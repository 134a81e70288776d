from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from feynman.domain import Learner, RecordsUnavailable, Session
from feynman.text.embedding import Embedder
from feynman.ui.services import api_address
from tests.ui.school import School, Tab, memory, sit_down, stand_up


@pytest.fixture
def fragile(tmp_path: Path) -> Iterator[School]:
    """Parts of its own, whose database a test may take away."""
    school = School.open(tmp_path, Embedder())
    sit_down(school)
    yield school
    stand_up()
    school.close()


def lose_records(school: School) -> None:
    """Take the database away: from now on every call is refused."""
    school.loop.run(school.records.close(), 10)


def test_a_start_that_failed_is_explained(fragile: School) -> None:
    """With a part that could not start every page says what happened, which part, and what to do."""
    fragile.problem = RecordsUnavailable("unable to open <database> file")
    for locale, happened in (("en", "can't be read or written"), ("zh", "无法读写")):
        tab = Tab().open(locale=locale)
        assert not tab.app.exception
        assert happened in tab.text
        assert "database" in tab.text
        assert "unable to open <database> file" in [element.value for element in tab.app.code]
    fragile.problem = None
    tab.press("fy-failure-again")
    assert tab.app.text_input(key="nickname")


def test_text_stays_in_the_box_while_the_database_is_away(fragile: School) -> None:
    """A turn that can't be stored is explained and its text is in the box again, also at the second try."""
    learner = fragile.learner()
    tab = Tab().open(learner=learner, session=fragile.session(learner))
    tab.say("Said before.")
    lose_records(fragile)
    tab.say("Water pushes.")
    assert not tab.app.exception
    assert "can't be read or written" in tab.text
    assert "Part: database" in tab.text
    assert tab.returned == "Water pushes."
    tab.say("Water pushes.")
    assert tab.returned == "Water pushes."


@pytest.mark.parametrize("name", ["learn", "memory"])
def test_a_page_without_its_database_explains_itself(fragile: School, name: str) -> None:
    """Pages that read the records say what is wrong in place of breaking."""
    learner = fragile.learner()
    tab = Tab().open(learner=learner)
    lose_records(fragile)
    tab.page(name)
    assert not tab.app.exception
    assert "can't be read or written" in tab.text


def test_nobody_new_is_made_while_the_database_is_away(fragile: School) -> None:
    """Joining, coming back and switching language fail plainly."""
    tab = Tab().open()
    lose_records(fragile)
    tab.app.text_input(key="nickname").set_value("Ada")
    tab.press("join")
    assert "can't be read or written" in tab.text
    tab.app.text_input(key="learner_key").set_value("some-key-of-mine")
    tab.press("come_back")
    assert "can't be read or written" in tab.text
    assert tab.app.session_state.feynman.learner is None


def test_a_memory_that_cannot_be_deleted_stays(fragile: School) -> None:
    """When the deletion fails the page says so and does not break."""
    learner = fragile.learner()
    kept = fragile.remember(memory(learner, "Water pushes."))
    tab = Tab().open(learner=learner).page("memory")
    lose_records(fragile)
    tab.press(f"forget-{kept.id}")
    assert not tab.app.exception
    assert "can't be read or written" in tab.text


def test_the_language_changes_even_without_a_database(fragile: School) -> None:
    """The tab speaks the chosen language though it could not be stored."""
    learner = fragile.learner()
    tab = Tab().open(learner=learner)
    lose_records(fragile)
    tab.app.segmented_control(key="fy-language").set_value("zh").run()
    assert not tab.app.exception
    assert tab.app.title[0].value == "给小问讲课"


def test_a_closing_process_takes_no_turn(fragile: School) -> None:
    """A turn sent while the process closes goes back into the box with an explanation."""
    learner = fragile.learner()
    tab = Tab().open(learner=learner, session=fragile.session(learner))
    fragile.loop.run(fragile.study.close(0.1), 10)
    tab.say("Water pushes.")
    assert "is closing" in tab.text
    assert tab.returned == "Water pushes."


def test_without_a_sidecar_there_is_no_address(school: School) -> None:
    """The monitor has no address to show when nothing serves it."""
    del school
    assert api_address() is None


def watched(session: "Session", learner: "Learner") -> None:
    """Draw nothing but the watcher; only this source runs, so it imports for itself."""
    from feynman.ui.components import watch  # noqa: PLC0415 # a script of its own
    from feynman.ui.state import tab  # noqa: PLC0415 # as above

    tab().learner = learner
    watch.show(session, key="refresh")


def watch_page(session: Session, learner: Learner) -> AppTest:
    """The watcher's page, run once."""
    page = AppTest.from_function(watched, kwargs={"session": session, "learner": learner}, default_timeout=20)
    page.context = {"locale": "en"}
    return page.run()


def test_the_watcher_offers_what_is_new(school: School) -> None:
    """A session that went on since the page was drawn is offered; an unchanged one is not."""
    learner = school.learner()
    session = school.session(learner)
    assert not watch_page(session, learner).button
    older = session.model_copy(update={"updated_at": session.updated_at - timedelta(seconds=5)})
    page = watch_page(older, learner)
    assert "another tab" in page.info[0].value
    assert page.button(key="refresh").click().run()


def test_the_watcher_is_silent_without_a_database(fragile: School) -> None:
    """When the records can't be read the watcher says nothing; the page does."""
    learner = fragile.learner()
    session = fragile.session(learner)
    lose_records(fragile)
    page = watch_page(session, learner)
    assert not page.exception
    assert not page.info

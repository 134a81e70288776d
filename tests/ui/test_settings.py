"""The settings page: what it shows, whom it lets change things, and that a key goes one way only."""

from collections.abc import Iterator
from typing import Any

import pytest

from feynman.domain import Learner
from feynman.ui.locality import is_local
from tests.container.models.conftest import SAID, TEXT, able, running
from tests.engines.llm.server import Call, Refuse, Say, Server
from tests.ui.school import School, Tab

KEY = "sk-very-secret"


@pytest.fixture
def endpoint() -> Iterator[Server]:
    """A model that can do everything."""
    with running(Server(able)) as server:
        yield server


@pytest.fixture
def page(school: School, tab: Tab) -> Iterator[Tab]:
    """The settings page; afterwards everything is as the settings say."""
    yield tab.open(learner=school.learner()).page("settings")
    school.loop.run(school.engines.reset(), 10)


def field(page: Tab, name: str) -> Any:  # noqa: ANN401 # one of Streamlit's elements
    """The text field of that name."""
    return next(each for each in page.app.text_input if (each.key or "").startswith(f"setting-{name}-"))


def choose(page: Tab, server: Server, *, key: str = "") -> Tab:
    """Fill the form in."""
    page.app.radio[0].set_value("openai").run()
    field(page, "base_url").set_value(server.url)
    field(page, "model").set_value("scripted-1")
    field(page, "key").set_value(key)
    page.app.run()
    return page


def test_the_engine_in_use_is_shown(page: Tab) -> None:
    """The page says which student is at work and offers the others."""
    assert "Built-in student" in page.html
    assert page.app.radio[0].options == [
        "Built-in student (rule-based, offline)",
        "Student with a language model",
        "Student with a model on this machine",
    ]


def test_testing_a_connection(page: Tab, endpoint: Server) -> None:
    """Models, the first token, tools and JSON schema, each in a line; nothing has changed by that."""
    choose(page, endpoint, key=KEY).press("test_connection")
    assert not page.app.exception
    assert "scripted-1, scripted-2" in page.html
    for line in ("The model answers", "first word after", "Tools: yes", "JSON schema: yes"):
        assert line in page.html
    assert endpoint.calls[-1].headers["authorization"] == f"Bearer {KEY}"
    assert "Built-in student" in page.html


@pytest.mark.parametrize(("status", "words"), [(401, "refuses the key"), (404, "does not know the model")])
def test_a_connection_that_fails(page: Tab, endpoint: Server, status: int, words: str) -> None:
    """What is wrong comes as a sentence that says what to do."""
    endpoint.script = lambda _: Refuse(status)
    choose(page, endpoint).press("test_connection")
    assert words in page.text


def test_what_a_model_lacks_is_said(page: Tab, endpoint: Server) -> None:
    """A model without tools and schema can be used; the page says what that means."""

    def deaf(call: Call) -> Say:
        return Say(f"Four, {call.path}.")

    endpoint.script = deaf
    choose(page, endpoint).press("test_connection")
    assert "Tools: no" in page.html
    assert "JSON schema: no" in page.html


def test_a_change_counts_for_the_next_turn(page: Tab, school: School, endpoint: Server) -> None:
    """Without a restart the model answers, and the page tells what it took; going back brings the old student."""
    choose(page, endpoint, key=KEY).press("apply_settings")
    assert not page.app.exception
    assert "takes the next turn" in "".join(str(each.value) for each in page.app.success)
    learner = school.learner()
    session = school.session(learner, "Photosynthesis")
    talk = Tab().open(learner=learner, session=session).say(TEXT)
    assert SAID.split()[-1] in talk.html
    assert "Student with a language model" in talk.html
    assert "tokens · first word after" in talk.html
    assert "This conversation:" in talk.text
    page.page("settings").press("reset_settings")
    assert school.engines.name == "builtin"
    talk.say("Water pushes.")
    assert "Built-in student" in talk.html


def test_the_key_goes_one_way_only(page: Tab, school: School, endpoint: Server) -> None:
    """What was typed is on no page afterwards, in no file in clear, and goes to no other address."""
    choose(page, endpoint, key=KEY).press("apply_settings")
    page.page("learn").page("settings")
    assert field(page, "key").value == ""
    assert "A key for this address is kept" in page.text
    assert KEY not in page.html + page.text + str([each.value for each in page.app.text_input])
    for path in school.settings.data_dir.rglob("engine.*"):
        assert KEY.encode() not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0
    with running(Server(able)) as other:
        field(page, "base_url").set_value(other.url)
        page.app.run()
        assert "No key is kept for this address" in page.text
        page.press("test_connection")
        assert KEY not in str([call.headers for call in other.calls])


def test_what_can_not_be_used_is_refused(page: Tab, school: School) -> None:
    """A model on this machine without a path is refused in a sentence, and nothing changes."""
    page.app.radio[0].set_value("local").run()
    page.press("apply_settings")
    assert page.app.error
    assert school.engines.name == "builtin"


def test_a_bad_model_file_is_said(page: Tab, school: School) -> None:
    """A path without a file leaves turns to the built-in student, and the page says what is wrong."""
    page.app.radio[0].set_value("local").run()
    field(page, "local_model").set_value("/nowhere/model.gguf")
    page.app.run()
    page.press("apply_settings")
    seat = school.engines.seated("local")
    assert seat is not None
    learner: Learner = school.learner()
    talk = Tab().open(learner=learner, session=school.session(learner)).say("Water pushes.")
    assert "The built-in student stood in." in talk.html
    page.app.run()
    assert "no model file at this path" in page.html


@pytest.mark.parametrize(
    ("address", "headers", "local"),
    [
        (None, {}, True),
        (None, {"Host": "localhost:8501"}, True),
        (None, {"Host": "[::1]:8501"}, True),
        ("127.0.0.1", {"host": "127.0.0.1:8501"}, True),
        ("192.168.1.7", {"Host": "192.168.1.2:8501"}, False),
        (None, {"Host": "evil.example:8501"}, False),
        (None, {"Host": "learn.school.example", "X-Forwarded-For": "10.0.0.9"}, False),
        (None, {"Host": "localhost", "Forwarded": "for=10.0.0.9"}, False),
        ("nonsense", {"Host": "localhost"}, False),
    ],
)
def test_who_sits_at_the_machine(address: str | None, headers: dict[str, str], *, local: bool) -> None:
    """Loopback under loopback's own name; nobody who comes through a proxy or under another name."""
    assert is_local(address, headers) is local

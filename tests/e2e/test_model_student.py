"""A lesson with a language model as the student, and its settings, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bench.running_app import RunningApp, running_app
from feynman.domain import Language
from feynman.i18n import engine_name
from tests.container.models.conftest import able, running
from tests.e2e.lesson import WORDS, join, say, teach
from tests.engines.llm.server import Answer, Call, Refuse, Say, Server, Slow

KEY = "sk-seen-by-nobody"
EXPLAINED = {
    "en": "Things float because water pushes them up. Heavy things somehow sink.",
    "zh": "东西能浮起来，是因为水往上托着它。重的东西会以某种方式沉下去。",
}
STAND_IN = {"en": "The built-in student stood in.", "zh": "由内置学生代答。"}
LANGUAGES = pytest.mark.parametrize(
    ("context", "language"), [("en-US", "en"), ("zh-CN", "zh")], ids=["en", "zh"], indirect=["context"]
)


@pytest.fixture
def endpoint() -> Iterator[Server]:
    """An endpoint in front of an able model."""
    with running(Server(speaking)) as server:
        yield server


@pytest.fixture
def taught(endpoint: Server, tmp_path: Path) -> Iterator[RunningApp]:
    """The application with that model as its student."""
    environment = {
        "FEYNMAN_LLM_BASE_URL": endpoint.url,
        "FEYNMAN_LLM_MODEL": "scripted-1",
        "FEYNMAN_LLM_API_KEY": KEY,
        "FEYNMAN_MODEL_PRICES": '{"scripted-1": {"input": 2, "output": 10}}',
    }
    with running_app(tmp_path / "data", environment) as app:
        yield app


def speaking(call: Call) -> Answer:
    """A model that uses tools and takes its time to say a sentence in the learner's language."""
    if call.way == "stream" and "Say hello" not in call.text and "cat" not in call.text:
        return Slow(
            0.15,
            "嗯，水 往上 托。 那 是 怎么 托 的 呢？" if "浮力" in call.text else "Hm, it pushes. But how does it push?",
        )
    return able(call)


@LANGUAGES
def test_a_lesson_with_a_model(context: BrowserContext, page: Page, language: str, taught: RunningApp) -> None:
    """Tools are shown while they are used, the words come one by one, and a line says what the turn took."""
    del context
    join(page, taught, language)
    teach(page, WORDS[language]["topic"])
    say(page, EXPLAINED[language])
    expect(page.locator(".fy-reply strong").last).to_have_text(
        "那 是 怎么 托 的 呢？" if language == "zh" else "But how does it push?"
    )
    expect(page.locator(".fy-usage")).to_contain_text("USD")
    expect(page.locator(".fy-degraded")).to_have_count(0)
    assert KEY not in page.content()


@LANGUAGES
def test_a_model_that_fails(
    context: BrowserContext, page: Page, language: str, taught: RunningApp, endpoint: Server
) -> None:
    """The built-in student does the turn, a badge says so and why, and the learner's words stay."""
    del context
    endpoint.script = lambda _: Refuse(401)
    join(page, taught, language)
    teach(page, WORDS[language]["topic"])
    say(page, EXPLAINED[language])
    badge = page.locator(".fy-degraded").last
    expect(badge).to_contain_text(STAND_IN[language])
    expect(page.get_by_text(EXPLAINED[language][:12]).first).to_be_visible()
    page.reload()
    expect(page.locator(".fy-degraded").last).to_contain_text(STAND_IN[language])


def test_a_stop_reaches_the_model(page: Page, taught: RunningApp, endpoint: Server) -> None:
    """Stop in the middle of a sentence closes the connection to the endpoint."""
    endpoint.script = lambda call: (
        Slow(0.3, "And so it goes on. " * 60) if call.way == "stream" and "Say hello" not in call.text else able(call)
    )
    join(page, taught, "en")
    teach(page, WORDS["en"]["topic"])
    box = page.locator("[data-testid=stChatInput] textarea")
    box.fill(EXPLAINED["en"])
    box.press("Enter")
    expect(page.locator(".fy-reply").last).to_contain_text("And so")
    before = endpoint.abandoned
    page.locator("[data-testid=stStatusWidget] button, [data-testid=stChatInputStopButton]").first.click()
    expect(page.locator("[data-testid=stChatInput] textarea")).to_be_enabled()
    for _ in range(100):
        if endpoint.abandoned > before:
            break
        page.wait_for_timeout(100)
    assert endpoint.abandoned > before


@LANGUAGES
def test_choosing_a_student(
    context: BrowserContext, page: Page, language: Language, app: RunningApp, endpoint: Server
) -> None:
    """The connection is tried out, the choice counts at once, and the key is in no page afterwards."""
    del context
    page.goto(f"{app.page}/settings")
    page.get_by_text(engine_name("openai", language), exact=True).click()
    fields = page.locator(".stTextInput input")
    expect(fields).to_have_count(3)
    for at, text in enumerate((endpoint.url, "scripted-1", KEY)):
        fields.nth(at).fill(text)
        fields.nth(at).press("Tab")
    page.locator(".st-key-test_connection button").click()
    expect(page.get_by_text("scripted-1, scripted-2")).to_be_visible()
    endpoint.script = lambda _: Refuse(401)
    page.locator(".st-key-test_connection button").click()
    expect(page.get_by_text("拒绝" if language == "zh" else "refuses the key")).to_be_visible()
    endpoint.script = lambda _: Say("hello")
    page.locator(".st-key-apply_settings button").click()
    expect(page.get_by_text("scripted-1").first).to_be_visible()
    expect(fields.nth(2)).to_have_value("")
    page.reload()
    expect(page.locator(".st-key-reset_settings button")).to_be_visible()
    assert KEY not in page.content()
    assert KEY not in app.log.read_text("utf-8")
    kept = [path.read_bytes() for path in app.data_dir.rglob("*") if path.is_file()]
    assert not any(KEY.encode() in content for content in kept)
    page.locator(".st-key-reset_settings button").click()
    expect(page.locator(".st-key-reset_settings button")).to_have_count(0)

"""Pages, tabs, languages and hostile texts in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bench.running_app import RunningApp, running_app
from tests.e2e.lesson import join, say, settle, teach

HOSTILE = (
    "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 2'> **bold** $x^2$ `code` "
    "![pic](http://127.0.0.1:9/x.png) \u202eleft\u202c 👩‍🔬 中文 <b>tag</b> &amp; \\frac{1}{2}"
)


@pytest.mark.parametrize("path", ["", "memory", "library", "monitor", "settings"])
def test_a_deep_link_to_a_fresh_process_opens_the_page(tmp_path: Path, page: Page, path: str) -> None:
    """The very first request of a process may be any page; it comes with navigation and without an error."""
    with running_app(tmp_path / "data") as app:
        page.goto(f"{app.page}/{path}")
        expect(page.locator("h1").first).to_be_visible()
        expect(page.locator("[data-testid=stSidebarNav] a")).to_have_count(5)
        expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_hostile_text_is_shown_as_typed(page: Page, app: RunningApp) -> None:
    """Markup, Markdown, LaTeX and direction marks appear letter by letter and nothing of it runs."""
    join(page, app, "en")
    teach(page, "Buoyancy")
    say(page, HOSTILE)
    assert page.locator(".fy-said").last.text_content() == HOSTILE
    page.reload()
    expect(page.locator(".fy-said").last).to_be_visible()
    assert page.locator(".fy-said").last.text_content() == HOSTILE
    assert page.evaluate("() => window.pwned") is None
    assert page.locator(".fy-said img, .fy-said b, .fy-said script, .katex").count() == 0


def test_long_and_empty_texts_are_refused_and_stay_in_the_box(page: Page, app: RunningApp) -> None:
    """More than 20,000 characters: the limit is named and the text is still in the box, to the last letter."""
    join(page, app, "en")
    teach(page, "Buoyancy")
    box = page.locator("[data-testid=stChatInput] textarea")
    text = "Water pushes. " * 1500
    box.fill(text)
    box.press("Enter")
    expect(page.locator("[data-testid=stAlert]").first).to_contain_text("20,000")
    expect(box).to_have_value(text)
    expect(page.locator(".fy-said")).to_have_count(0)
    box.fill("\u200b \u2060")
    box.press("Enter")
    expect(page.locator("[data-testid=stAlert]").first).to_be_visible()
    expect(page.locator(".fy-said")).to_have_count(0)


def test_the_language_can_be_switched_at_any_time(page: Page, app: RunningApp) -> None:
    """English becomes 中文 in the middle of a lesson, and what was said stays."""
    join(page, app, "en")
    teach(page, "Buoyancy")
    say(page, "Water pushes things up.")
    page.get_by_role("radio", name="中文").or_(page.get_by_text("中文", exact=True)).first.click()
    expect(page.locator("h1").first).to_contain_text("小问")
    expect(page.locator(".fy-said").last).to_contain_text("Water pushes things up.")
    placeholder = page.locator("[data-testid=stChatInput] textarea").get_attribute("placeholder") or ""
    assert re.search("[\u4e00-\u9fff]", placeholder), placeholder


def test_two_tabs_lose_and_double_nothing(context: BrowserContext, page: Page, app: RunningApp) -> None:
    """Both tabs of one session teach; in the end both turns are there once, in both tabs."""
    join(page, app, "en")
    teach(page, "Buoyancy")
    say(page, "From the first tab: water pushes things up.")
    other = context.new_page()
    other.goto(page.url)
    expect(other.locator(".fy-said")).to_have_count(1)
    say(other, "From the second tab: gases push too.")
    page.reload()
    for tab in (page, other):
        expect(tab.locator(".fy-said")).to_have_count(2)
        assert [text[:15] for text in tab.locator(".fy-said").all_text_contents()] == [
            "From the first ",
            "From the second",
        ]


def test_somebody_else_does_not_see_the_session(page: Page, app: RunningApp, context: BrowserContext) -> None:
    """The address of a session opens nothing for a learner with another key."""
    join(page, app, "en")
    teach(page, "Buoyancy")
    say(page, "My secret explanation: water pushes.")
    address = page.url
    browser = context.browser
    assert browser is not None
    stranger = browser.new_context(locale="en-US").new_page()
    stranger.goto(address)
    expect(stranger.locator(".st-key-nickname input")).to_be_visible()
    stranger.locator(".st-key-nickname input").fill("Eve")
    stranger.locator(".st-key-nickname input").press("Enter")
    stranger.locator(".st-key-join button").click()
    expect(stranger.locator(".st-key-own_topic input")).to_be_visible()
    assert "secret" not in (stranger.locator("body").text_content() or "")
    stranger.context.close()


def test_a_restart_brings_the_session_back_and_memory_is_recalled(tmp_path: Path, page: Page) -> None:
    """After the process restarts on the same port the page shows all again, and the next lesson remembers."""
    app = RunningApp(tmp_path / "data", {})
    app.start()
    app.wait()
    try:
        join(page, app, "en")
        teach(page, "Photosynthesis")
        text = "Plants take in carbon dioxide from the air through tiny holes in their leaves."
        say(page, text)
        app.stop()
        app.start()
        app.wait()
        settle(app)
        page.reload()
        expect(page.locator(".fy-said").last).to_contain_text(text)
        page.goto(f"{app.page}/memory")
        expect(page.locator(".stMain")).to_contain_text("carbon dioxide")
        page.goto(app.page)
        teach(page, "Photosynthesis")
        say(page, "Leaves catch sunlight and use it to make sugar.")
        expect(page.locator(".fy-reply").last).to_contain_text("Plants take in carbon dioxide")
    finally:
        app.stop()

"""The Monitor page in a real browser, with real turns behind it."""

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from bench.running_app import RunningApp, running_app
from tests.e2e.lesson import join, say, teach

PHONE = 390
# Small print, the number of a trace, the address, and icons, which are ligatures.
HIDDEN = ".stMain [lang=en], .stMain .stCode, .stMain [data-testid=stIconMaterial]"
OPTION = ".st-key-fy-monitor-turns-choice [data-testid=stRadioOption]"
# The page is renewed every five seconds, and a machine may be busy.
PATIENCE = 30_000
TEXTS = {
    "en": ("Buoyancy", "Zebras know that water pushes things up because it presses more from below."),
    "zh": ("浮力", "斑马知道，水从下面压得更多，所以把东西往上推。"),
}
# What the programs' and units' own names leave on a Chinese page.
LATIN = {"trace_id", "API"}
# Gives every chart a mark, which is gone when the chart is drawn anew.
MARK = "() => document.querySelectorAll('.stMain svg.marks').forEach((chart) => { chart.dataset.mark = '1'; })"
MARKED = ".stMain svg.marks[data-mark='1']"


def ask(app: RunningApp, language: str, count: int = 2) -> None:
    """Turns over the API."""
    topic, text = TEXTS[language]
    for _ in range(count):
        body = {"topic": topic, "explanation": text, "language": language}
        assert httpx.post(f"{app.sidecar}/chat", json=body, timeout=60).status_code == 200


def test_before_anything_happened(tmp_path: Path, page: Page) -> None:
    """A fresh program says that all is well and what will be seen here, and shows no empty list."""
    with running_app(tmp_path / "data") as app:
        page.goto(f"{app.page}/monitor")
        expect(page.locator(".fy-headline")).to_have_text("Everything works", timeout=PATIENCE)
        expect(page.locator(".stMain")).to_contain_text("No turn yet. As soon as somebody teaches", timeout=PATIENCE)
        expect(page.locator(".stMain")).to_contain_text("No answer yet.", timeout=PATIENCE)
        expect(page.get_by_role("radiogroup", name="Choose a turn")).to_have_count(0)
        expect(page.locator("[data-testid=stException]")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [1280, PHONE])
def test_turns_appear_and_can_be_looked_into(browser: Browser, app: RunningApp, language: str, width: int) -> None:
    """Charts, the list and a waterfall stand on a screen of any width; the learner's words stand nowhere."""
    ask(app, language)
    page = browser.new_page(locale=language, viewport={"width": width, "height": 900})
    page.set_default_timeout(PATIENCE)
    try:
        page.goto(f"{app.page}/monitor")
        expect(page.locator(".stMain svg.marks").first).to_be_visible(timeout=PATIENCE)
        expect(page.locator(OPTION).nth(1)).to_contain_text(re.compile(r"\d\d:\d\d:\d\d · "), timeout=PATIENCE)
        page.locator(OPTION).nth(2).click()
        expect(page.locator(OPTION).nth(2).locator("input")).to_be_checked(timeout=PATIENCE)
        page.locator(".st-key-fy-monitor-turns-everything label").first.click()
        expect(page.locator(".stMain")).to_contain_text("gap_identifier", timeout=PATIENCE)
        text = page.locator(".stMain").inner_text()
        assert not any(word in text for word in ("Zebra", "斑马", "Buoyancy", "浮力"))
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    finally:
        page.close()


@pytest.mark.parametrize("context", ["zh"], indirect=True)
def test_the_chinese_page_is_chinese(page: Page, app: RunningApp) -> None:
    """But for small print, where the program speaks for itself, and the number of a trace."""
    ask(app, "zh")
    page.goto(f"{app.page}/monitor")
    expect(page.locator(".stMain svg.marks").first).to_be_visible(timeout=PATIENCE)
    page.locator("[data-testid=stExpander] summary").last.click()
    expect(page.locator(".st-key-fy-monitor-engineers-lag svg.marks")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".stMain [lang=en]").first).to_be_attached(timeout=PATIENCE)
    page.add_style_tag(content=f"{HIDDEN} {{ display: none }}")
    words = set(re.findall(r"[A-Za-z_]{3,}", page.locator(".stMain").inner_text()))
    assert words <= LATIN | {"health", "metrics"}


def test_a_turn_of_the_page_is_there_without_a_reload_and_nothing_flickers(
    browser: Browser, page: Page, app: RunningApp
) -> None:
    """The open page takes a new turn into its list; charts that are there are not drawn anew for it."""
    ask(app, "en")
    monitor = browser.new_page(locale="en-US", viewport={"width": 1280, "height": 2400})
    try:
        monitor.goto(f"{app.page}/monitor")
        expect(monitor.locator(".stMain svg.marks").nth(1)).to_be_visible(timeout=PATIENCE)
        monitor.evaluate(MARK)
        charts = monitor.locator(MARKED).count()
        join(page, app, "en")
        teach(page, "Buoyancy")
        say(page, "Water pushes things up.")
        newest = monitor.locator(".st-key-fy-monitor-turns-choice [data-testid=stRadioGroup] > div").nth(1)
        expect(newest).to_contain_text("on the page", timeout=PATIENCE)
        expect(monitor.locator(MARKED)).to_have_count(charts)
    finally:
        monitor.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_model_that_is_not_there(tmp_path: Path, browser: Browser, language: str) -> None:
    """The page says in the reader's language that the built-in student stands in and what to check."""
    settings = {"FEYNMAN_ENGINE": "openai", "FEYNMAN_LLM_BASE_URL": "http://127.0.0.1:9/v1", "FEYNMAN_LLM_MODEL": "m"}
    page = browser.new_page(locale=language)
    try:
        with running_app(tmp_path / "data", settings) as app:
            ask(app, language, 1)
            page.goto(f"{app.page}/monitor")
            card = page.locator(".fy-ill.fy-degraded")
            expect(card).to_contain_text(
                "the address in the settings" if language == "en" else "设置中的地址", timeout=PATIENCE
            )
            expect(card.locator("small[lang=en]")).to_contain_text("model_unreachable", timeout=PATIENCE)
            newest = page.locator(OPTION).nth(1)
            expect(newest).to_contain_text(
                "built-in student" if language == "en" else "由内置学生完成", timeout=PATIENCE
            )
    finally:
        page.close()

"""Stop, leaving and coming back in the middle of a turn."""

import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bench.running_app import RunningApp, running_app
from tests.e2e.lesson import join, teach


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The application with the slow student."""
    with running_app(tmp_path_factory.mktemp("slow") / "data", script="tests/e2e/slow_app.py") as running:
        yield running


def statuses(app: RunningApp) -> list[str]:
    """How the turns stand in the database, oldest first."""
    with closing(sqlite3.connect(f"file:{app.data_dir / 'feynman.db'}?mode=ro", uri=True)) as connection:
        return [row[0] for row in connection.execute("select status from turn order by created_at")]


def becomes(app: RunningApp, status: str, within: float) -> None:
    """Wait until the newest turn has ``status``."""
    deadline = time.monotonic() + within
    while not statuses(app) or statuses(app)[-1] != status:
        assert time.monotonic() < deadline, statuses(app)
        time.sleep(0.02)


def begin(page: Page, app: RunningApp, text: str) -> Locator:
    """Start a turn and return the box."""
    join(page, app, "en")
    teach(page, "Tea")
    box = page.locator("[data-testid=stChatInput] textarea")
    box.fill(text)
    box.press("Enter")
    becomes(app, "started", 10)
    return box


@pytest.mark.parametrize("text", ["Please think about tea.", "Tea is hot water with leaves."])
def test_stop_works_at_once(page: Page, slow: RunningApp, text: str) -> None:
    """Stop ends the turn behind the page at once, in silence and in the middle of the reply; teaching goes on."""
    box = begin(page, slow, text)
    if "think" not in text:
        expect(page.locator(".fy-reply").last).to_contain_text("word3")
    page.locator("[data-testid=stChatInput] button").last.click()
    becomes(slow, "stopped", 1.5)
    expect(box).to_be_enabled()
    box.fill("Be quick now.")
    box.press("Enter")
    becomes(slow, "completed", 10)
    expect(page.locator(".fy-reply").last).to_contain_text("word3")
    expect(page.locator("[class*=st-key-retry] button")).to_be_visible()


def test_closing_the_tab_stops_the_turn(page: Page, slow: RunningApp) -> None:
    """A closed tab cancels the work behind it, and the turn waits in the records to be done again."""
    begin(page, slow, "Please think about tea.")
    address = page.url
    page.goto("about:blank")
    becomes(slow, "stopped", 5)
    page.goto(address)
    expect(page.locator(".fy-said").last).to_contain_text("think about tea")
    expect(page.locator("[class*=st-key-retry] button")).to_be_visible()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_turn_on_the_page_is_finished_before_the_end(page: Page, tmp_path: Path, number: signal.Signals) -> None:
    """Who ends the process in the middle of a reply does not cut it off: the learner reads its last word."""
    settings = {"FEYNMAN_SHUTDOWN_SECONDS": "14"}
    with running_app(tmp_path / "data", settings, script="tests/e2e/slow_app.py") as app:
        begin(page, app, "Speak for a while.")
        expect(page.locator(".fy-reply").last).to_contain_text("word3")
        app.stop(number)
        assert statuses(app) == ["completed"]
        expect(page.locator(".fy-reply").last).to_contain_text("word20")
        assert "Traceback" not in app.output(), app.output()[-3000:]

"""What a learner does on the pages."""

import time
from typing import Final

import httpx
from playwright.sync_api import Page, expect

from bench.running_app import RunningApp

__all__ = ["WORDS", "join", "say", "settle", "teach"]

WORDS: Final = {
    "en": {"nickname": "Ada", "topic": "Buoyancy"},
    "zh": {"nickname": "小林", "topic": "浮力"},
}


def join(page: Page, app: RunningApp, language: str) -> None:
    """Open the page, give a nickname and come to the choice of topics."""
    page.goto(app.page)
    box = page.locator(".st-key-nickname input")
    box.fill(WORDS[language]["nickname"])
    box.press("Enter")
    page.locator(".st-key-join button").click()


def teach(page: Page, topic: str) -> None:
    """Type a topic of one's own and begin."""
    box = page.locator(".st-key-own_topic input")
    box.fill(topic)
    box.press("Enter")
    page.locator(".st-key-own_topic_start button").click()
    expect(page.locator("[data-testid=stChatInput] textarea")).to_be_visible()


def say(page: Page, text: str) -> None:
    """Send one explanation and wait until the student has answered."""
    replies = page.locator(".fy-reply")
    before = replies.count()
    box = page.locator("[data-testid=stChatInput] textarea")
    box.fill(text)
    box.press("Enter")
    expect(replies).to_have_count(before + 1)
    expect(page.locator(".fy-kept").last).to_be_visible()
    expect(box).to_be_enabled()


def settle(app: RunningApp, seconds: float = 60.0) -> None:
    """Wait until everything is loaded, every memory is kept and the index is sound."""
    deadline = time.monotonic() + seconds
    while True:
        body = httpx.get(f"{app.sidecar}/health", timeout=10).json()
        checks = body["checks"]
        idle = checks["workers"]["detail"] == "0 jobs in hand" and checks["queue"]["detail"].startswith("0 jobs,")
        if body["status"] == "healthy" and idle:
            return
        assert time.monotonic() < deadline, body
        time.sleep(0.1)

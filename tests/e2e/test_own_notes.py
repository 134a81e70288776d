"""A lesson on pasted notes, with help up to the last rung, in a real browser."""

from typing import Final

import pytest
from playwright.sync_api import Page, expect

from bench.running_app import RunningApp
from tests.e2e.lesson import join, say

NOTES: Final = {
    "en": (
        "Yeast",
        (
            "Yeast is a living fungus that feeds on sugar. While it feeds it gives off carbon dioxide gas. "
            "The gas is caught in the dough because wheat protein makes it stretchy. "
            "For example, my aunt bakes on Sundays. The heat of the oven kills the yeast and makes the bubbles firm."
        ),
        "Yeast is alive and it eats sugar, a bit like us.",
    ),
    "zh": (
        "酵母",
        (
            "酵母是一种活的真菌，以糖为食物。酵母吃糖的时候会放出二氧化碳气体。"
            "气体被留在面团里，因为小麦的蛋白质让面团有弹性。"
            "比如我姑姑每个星期天都烤面包。烤箱的高温会杀死酵母，并让气泡定形。"
        ),
        "酵母是活的，它吃糖，跟我们有点像。",
    ),
}
LOCALES: Final = {"en": "en-US", "zh": "zh-CN"}


@pytest.mark.parametrize(
    ("context", "language"), [(LOCALES[name], name) for name in LOCALES], indirect=["context"], ids=list(LOCALES)
)
def test_pasted_notes_become_a_lesson_with_help(page: Page, app: RunningApp, language: str) -> None:
    """The claims of a text become key points; four pleas climb from another question to the notes' own sentence."""
    topic, notes, said = NOTES[language]
    join(page, app, language)
    page.locator("[class*=-notes] summary").click()
    page.locator(".st-key-notes_topic input").fill(topic)
    page.locator(".st-key-notes_kind [role=radiogroup] label").nth(1).click()
    page.locator(".st-key-notes_text textarea").fill(notes)
    page.locator(".st-key-notes_find button").click()
    points = page.locator(".fy-point")
    expect(points.first).to_be_visible()
    found = points.all_text_contents()
    assert len(found) >= 2
    assert all(point.strip() in notes for point in found)
    page.locator(".st-key-notes_start button").click()
    expect(page.locator("[data-testid=stChatInput] textarea")).to_be_visible()

    say(page, said)
    for _ in range(4):
        replies = page.locator(".fy-reply").count()
        page.locator(".st-key-stuck button").click()
        expect(page.locator(".fy-reply")).to_have_count(replies + 1)
        expect(page.locator("[data-testid=stChatInput] textarea")).to_be_enabled()
    shown = page.locator(".fy-reply").last.text_content() or ""
    assert any(point.strip().rstrip(".。") in shown for point in found), shown

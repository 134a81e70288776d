"""A whole lesson in a real browser, in each language."""

import re
import tomllib
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from bench.running_app import ROOT, RunningApp
from tests.e2e.lesson import WORDS, join, say, teach

LESSON: Final = tomllib.loads((ROOT / "tests" / "data" / "lessons" / "buoyancy.toml").read_text("utf-8"))

MISTAKEN: Final = {
    "en": "Water pushes up on whatever is in it, and that is the buoyant force. Heavy things sink, light ones float.",
    "zh": "水会把里面的东西往上托，这个力就叫浮力。重的东西会沉下去，轻的东西会浮起来。",
}
LOCALES: Final = {"en": "en-US", "zh": "zh-CN"}


@pytest.mark.parametrize(
    ("context", "language"), [(LOCALES[name], name) for name in LOCALES], indirect=["context"], ids=list(LOCALES)
)
def test_a_whole_lesson(page: Page, app: RunningApp, language: str) -> None:
    """Teach wrongly, be asked, put it right, be understood; a refresh brings everything back."""
    lesson = LESSON[language]
    join(page, app, language)
    teach(page, WORDS[language]["topic"])

    say(page, MISTAKEN[language])
    wrong = page.locator(".stMain .fy-gap-factual_error .fy-quote").first
    expect(wrong).to_be_visible()
    assert (wrong.text_content() or "") in MISTAKEN[language]
    reply = page.locator(".fy-reply").last.text_content() or ""
    assert len(re.findall("[?？]\\s*$", reply)) == 1, reply

    say(page, lesson["complete"])
    expect(page.locator(".stMain .fy-resolved").first).to_be_visible()

    for _ in range(6):
        reply = page.locator(".fy-reply").last.text_content() or ""
        if not re.search("[?？]", reply):
            break
        say(page, lesson["complete"])
    assert not re.search("[?？]", reply), reply
    replies = page.locator(".fy-reply").all_text_contents()

    page.reload()
    expect(page.locator(".fy-reply")).to_have_count(len(replies))
    assert page.locator(".fy-reply").all_text_contents() == replies
    expect(page.locator(".fy-said").first).to_contain_text(MISTAKEN[language])

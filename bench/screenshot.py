"""Take the README's pictures of a real lesson in each language: ``python -m bench.screenshot``."""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from bench.running_app import ROOT, RunningApp, running_app

__all__ = ["main"]

_FOLDER: Final = ROOT / "docs" / "images"
_LESSONS: Final = {
    "en": (
        "en-US",
        "Ada",
        "Photosynthesis",
        (
            "Plants take in carbon dioxide through tiny holes in their leaves. They eat the soil with their roots, "
            "that's why good soil makes them big."
        ),
    ),
    "zh": (
        "zh-CN",
        "小林",
        "光合作用",
        "叶子上有很小很小的孔，空气里的二氧化碳就从孔里进去。植物是用根吃饭的，吃的都是从泥土里吸上来的东西。",
    ),
}


def picture(browser: Browser, app: RunningApp, language: str) -> Path:
    """Teach one turn and save what the learner sees."""
    locale, nickname, topic, text = _LESSONS[language]
    page = browser.new_context(locale=locale, viewport={"width": 1280, "height": 860}).new_page()
    page.goto(app.page)
    for key, words, button in (("nickname", nickname, "join"), ("own_topic", topic, "own_topic_start")):
        page.locator(f".st-key-{key} input").fill(words)
        page.locator(f".st-key-{key} input").press("Enter")
        page.locator(f".st-key-{button} button").click()
    box = page.locator("[data-testid=stChatInput] textarea")
    box.fill(text)
    box.press("Enter")
    page.locator(".fy-kept").last.wait_for()
    page.locator(".st-key-other_topic").wait_for()
    page.wait_for_timeout(1500)
    path = _FOLDER / f"lesson-{language}.png"
    page.screenshot(path=path)
    return path


def main() -> None:
    """Save one picture per language below ``docs/images``."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "data") as app,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for language in _LESSONS:
            print(picture(browser, app, language).relative_to(ROOT))
        browser.close()


if __name__ == "__main__":
    main()

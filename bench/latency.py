"""How soon a turn shows itself, on the page and over HTTP: ``python -m bench.latency [--lessons 4] [--turns 6]``.

The page is a real Chromium: the clock runs inside the browser from the Enter key to the first stage chip and to
the first words of the reply in the document. Over HTTP it is the whole ``POST /chat``.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx
from playwright.sync_api import Page, sync_playwright

from bench.running_app import RunningApp, running_app

__all__ = ["main"]

# Model and index load behind the first /health; a lesson begins after that.
_SETTLE_SECONDS: Final = 5.0
_EXPLANATION: Final = (
    "Water pushes everything in it upwards, and that push is stronger the more water is pushed aside. "
    "A cork stays on top because it is light for its size. A stone goes down. Turn {number} of my explanation."
)
_WATCH: Final = """
() => {
  const seen = {};
  const count = (what) => document.querySelectorAll(what).length;
  const events = '.stMain .fy-stage, .stMain .fy-gap, .stMain .fy-resolved, .stMain .fy-reply';
  const before = {events: count(events), replies: count('.fy-reply')};
  window.fySeen = seen;
  window.fyObserver?.disconnect();
  document.addEventListener('keydown', () => { seen.enter ??= performance.now(); }, {capture: true, once: true});
  window.fyObserver = new MutationObserver(() => {
    if (seen.enter === undefined) return;
    if (count(events) > before.events) seen.event ??= performance.now();
    const replies = document.querySelectorAll('.fy-reply');
    if (replies.length > before.replies && replies[replies.length - 1].textContent.trim()) {
      seen.event ??= performance.now();
      seen.token ??= performance.now();
    }
  });
  window.fyObserver.observe(document.body, {childList: true, subtree: true, characterData: true});
}
"""


def percentiles(values: Sequence[float]) -> str:
    """Return median and 95th percentile of seconds as milliseconds."""
    ordered = sorted(values)
    last = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"{statistics.median(ordered) * 1000:.0f} ms | {last * 1000:.0f} ms"


def over_http(app: RunningApp, turns: int) -> list[float]:
    """Time whole turns of one session over ``POST /chat``."""
    seconds = []
    with httpx.Client(base_url=app.sidecar, timeout=60) as client:
        session = None
        for number in range(turns):
            body = {"topic": "Buoyancy", "explanation": _EXPLANATION.format(number=number), "session_id": session}
            begun = time.perf_counter()
            answer = client.post("/chat", json=body)
            seconds.append(time.perf_counter() - begun)
            session = answer.raise_for_status().json()["session_id"]
    return seconds


def open_lesson(page: Page, app: RunningApp) -> None:
    """Join and choose a topic."""
    page.goto(app.page)
    page.locator(".st-key-nickname input").fill("Bench")
    page.locator(".st-key-nickname input").press("Enter")
    page.locator(".st-key-join button").click()
    page.locator(".st-key-own_topic input").fill("Buoyancy")
    page.locator(".st-key-own_topic input").press("Enter")
    page.locator(".st-key-own_topic_start button").click()
    page.locator("[data-testid=stChatInput] textarea").wait_for()


def on_the_page(page: Page, turns: int) -> tuple[list[float], list[float]]:
    """Time the first event and the first token of ``turns`` turns, in seconds."""
    events, tokens = [], []
    box = page.locator("[data-testid=stChatInput] textarea")
    for number in range(turns):
        box.fill(_EXPLANATION.format(number=number))
        page.evaluate(_WATCH)
        box.press("Enter")
        page.wait_for_function("() => window.fySeen.token !== undefined && window.fySeen.event !== undefined")
        page.wait_for_function("() => !document.querySelector('[data-testid=stChatInput] textarea').disabled")
        seen = page.evaluate("() => window.fySeen")
        events.append((seen["event"] - seen["enter"]) / 1000)
        tokens.append((seen["token"] - seen["enter"]) / 1000)
    return events, tokens


def main() -> None:
    """Print a table over all turns of several lessons; each lesson on the page is a learner of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lessons", type=int, default=4)
    parser.add_argument("--turns", type=int, default=6)
    options = parser.parse_args()
    http: list[float] = []
    events: list[float] = []
    tokens: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "data") as app,
        sync_playwright() as driver,
    ):
        time.sleep(_SETTLE_SECONDS)
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for _ in range(options.lessons):
            http += over_http(app, options.turns)
            page = browser.new_context(locale="en-US").new_page()
            open_lesson(page, app)
            seen = on_the_page(page, options.turns)
            events += seen[0]
            tokens += seen[1]
            page.close()
        browser.close()
    print(f"{options.lessons} lessons of {options.turns} turns")
    print("| from Enter to | median | p95 |")
    print("|---|---|---|")
    print(f"| first event on the page | {percentiles(events)} |")
    print(f"| first token on the page | {percentiles(tokens)} |")
    print(f"| whole answer over HTTP | {percentiles(http)} |")


if __name__ == "__main__":
    main()

"""The real application and a real browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.running_app import ROOT, RunningApp, running_app
from tests.parts import absent

ARTIFACTS = ROOT / "artifacts"
# Without these Chromium looks for its maker's servers at every start.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    """Return the browser's path; a missing one fails under CI and skips elsewhere."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        absent("Chromium (apt-get install chromium)")
    return found


@pytest.fixture(scope="package")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The application, started once with its own data folder."""
    with running_app(tmp_path_factory.mktemp("data") / "feynman") as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless. Ends with this package: while it runs its driver keeps a loop on the main thread."""
    path = chromium()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A fresh browser profile; parametrise with a locale, by default ``en-US``."""
    locale = getattr(request, "param", "en-US")
    opened = browser.new_context(locale=locale, viewport={"width": 1280, "height": 900}, timezone_id="Asia/Shanghai")
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab; a screenshot is kept when the test ends."""
    tab = context.new_page()
    yield tab
    ARTIFACTS.mkdir(exist_ok=True)
    name = Path(request.node.name.replace("/", "-").replace("[", "-").replace("]", "")).name
    tab.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)

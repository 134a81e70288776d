"""What breaks on a learner's machine: the process says which part, and nothing is deleted."""

import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from bench.running_app import RunningApp, running_app
from tests.e2e.lesson import join, say, settle, teach
from tests.parts import absent


def chat(app: RunningApp, text: str = "Plants eat light.") -> httpx.Response:
    """Send one turn."""
    return httpx.post(f"{app.sidecar}/chat", json={"topic": "Photosynthesis", "explanation": text}, timeout=30)


def test_a_damaged_database_is_set_aside_and_named(tmp_path: Path, page: Page) -> None:
    """Garbage in the database: 503 and a clear page, the file is kept, and the next start works."""
    app = RunningApp(tmp_path / "data", {})
    app.data_dir.mkdir()
    (app.data_dir / "feynman.db").write_bytes(b"this is no database" * 500)
    app.start()
    try:
        body = app.wait(503)
        assert "database" in str(body)
        page.goto(app.page)
        expect(page.locator(".stAlert, [data-testid=stAlert]").first).to_be_visible()
        assert chat(app).status_code == 503
        (kept,) = app.data_dir.glob("feynman.db.damaged-*")
        assert kept.read_bytes().startswith(b"this is no database")
    finally:
        app.stop()
    app.start()
    try:
        app.wait(200)
        assert kept.exists()
    finally:
        app.stop()


def indexed(data: Path) -> int:
    """Count the memories in the Chroma folder of a process that has ended."""
    with closing(sqlite3.connect(data / "chroma" / "chroma.sqlite3")) as connection:
        count: int = connection.execute("select count(*) from embeddings").fetchone()[0]
        return count


def test_a_damaged_index_is_rebuilt_from_the_records(tmp_path: Path) -> None:
    """Garbage in the Chroma folder: it is set aside, kept, and every memory is in the new index."""
    data = tmp_path / "data"
    with running_app(data) as app:
        for number in range(3):
            body = {
                "topic": "Photosynthesis",
                "learner_id": f"learner-{number}",
                "explanation": "Plants take in carbon dioxide from the air through tiny holes in their leaves.",
            }
            httpx.post(f"{app.sidecar}/chat", json=body, timeout=30).raise_for_status()
        settle(app)
    assert indexed(data) == 3
    (data / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    with running_app(data) as app:
        settle(app)
    (kept,) = data.glob("chroma.damaged-*")
    assert (kept / "chroma.sqlite3").read_bytes().startswith(b"garbage")
    assert indexed(data) == 3


def test_an_unusable_index_folder_is_named(tmp_path: Path) -> None:
    """A file where the Chroma folder should be: /health is degraded and names the part, and lessons still go on."""
    app = RunningApp(tmp_path / "data", {})
    app.data_dir.mkdir()
    (app.data_dir / "chroma").write_text("not a folder")
    app.start()
    try:
        app.wait()
        deadline = time.monotonic() + 30
        while (body := httpx.get(f"{app.sidecar}/health", timeout=10).json())["checks"]["chroma"][
            "status"
        ] != "unhealthy":
            assert time.monotonic() < deadline, body
            time.sleep(0.1)
        assert body["status"] == "degraded"
        assert body["checks"]["database"]["status"] == "healthy"
        assert chat(app).status_code == 200
    finally:
        app.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)],  # noqa: S607 # the system's mount
        check=False,
    )
    if mounted.returncode != 0:
        absent("the right to mount a small tmpfs")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)  # noqa: S607 # the system's umount


def test_a_full_disk_keeps_the_learners_text(small_disk: Path, page: Page) -> None:
    """No space left: 503 names the database, the page says so, the text is back in the box, and space heals it."""
    app = RunningApp(small_disk / "data", {})
    app.log = small_disk.parent / "app.log"
    app.start()
    try:
        app.wait(200)
        join(page, app, "en")
        teach(page, "Buoyancy")
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 512)
        text = "Water pushes a boat up, and the push grows with the water that is pushed aside. " * 20
        box = page.locator("[data-testid=stChatInput] textarea")
        box.fill(text)
        box.press("Enter")
        expect(page.locator("[data-testid=stAlert]").first).to_be_visible()
        expect(box).to_have_value(text)
        body = app.wait(503)
        assert "database" in str(body)
        filler.unlink()
        app.wait(200)
        say(page, text)
    finally:
        app.stop()

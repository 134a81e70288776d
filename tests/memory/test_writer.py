import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from feynman.domain import MemoryUnavailable
from feynman.memory import MemoryStore
from feynman.memory.entry import Entry
from feynman.memory.folder import is_damaged, set_aside
from feynman.memory.function import SentenceFunction
from feynman.memory.index import Index
from feynman.memory.writer import BATCH, Change, Writer
from feynman.text.embedding import Embedder
from tests.memory.conftest import Open, settled
from tests.memory.truth import START, DictTruth, memory


def change(embedder: Embedder, number: int, text: str = "") -> Change:
    """Return a numbered change."""
    each = memory(f"m{number}", text or f"memory {number}")
    return Change(each.id, Entry(each, embedder.encode([each.text])[0]))


@pytest.fixture
def writer(tmp_path: Path, embedder: Embedder) -> Writer:
    """Return a writer with an empty index."""
    fresh = Writer(pytest.fail)
    fresh.open(lambda: Index(tmp_path / "chroma", embedder)).result(20)
    return fresh


def test_close_drains_the_queue(tmp_path: Path, writer: Writer, embedder: Embedder) -> None:
    """Everything queued before closing is in the index afterwards, the last state of each id."""
    for number in range(3 * BATCH):
        writer.put(change(embedder, number))
    writer.put(change(embedder, 1, "another text"))
    writer.put(Change("m0", None))
    assert writer.close(10) == 0
    index = Index(tmp_path / "chroma")
    assert set(index.versions()) == {f"m{number}" for number in range(1, 3 * BATCH)}
    assert index.query(embedder.encode(["another text"])[0], 1)[0].id == "m1"
    index.close()


class Recording(Index):
    """An index that notes how much it was given at once."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        super().__init__(folder, embedder)
        self.sizes: list[int] = []

    def upsert(self, entries: Sequence[Entry]) -> None:
        """Write as usual."""
        self.sizes.append(len(entries))
        super().upsert(entries)


def test_batches_stay_small(tmp_path: Path, embedder: Embedder) -> None:
    """However much is queued, one write takes at most 16 memories, and not many fewer."""
    index = Recording(tmp_path / "chroma", embedder)
    writer = Writer(pytest.fail)
    writer.open(lambda: index).result(20)
    release = threading.Event()
    writer.run(lambda: release.wait(10))
    for number in range(40):
        writer.put(change(embedder, number))
    release.set()
    assert writer.close(10) == 0
    assert index.sizes == [16, 16, 8]


def test_odd_names_do_not_stop_the_writer(tmp_path: Path, embedder: Embedder) -> None:
    """Half characters and NUL in a topic or an id are written, and found under the same id."""
    index = Index(tmp_path / "chroma", embedder)
    each = memory("m", "rain falls", learner="a\ud800\x00").model_copy(update={"topic": "\udfff\x00"})
    vector = embedder.encode(["rain"])[0]
    index.upsert([Entry(each, vector)])
    assert [hit.id for hit in index.query(vector, 3, {"learner_id": "a\ud800\x00"})] == ["m"]
    index.close()


def test_chroma_sends_nothing_home(tmp_path: Path, embedder: Embedder) -> None:
    """Telemetry and the reset of everything are off."""
    index = Index(tmp_path / "chroma", embedder)
    settings = index._client._system.settings
    assert not settings.anonymized_telemetry
    assert not settings.allow_reset
    index.close()


def test_close_gives_up_at_its_deadline(tmp_path: Path, writer: Writer, embedder: Embedder) -> None:
    """What is not written in time is dropped and counted; the index is closed all the same."""
    release = threading.Event()
    writer.run(lambda: release.wait(0.5))
    for number in range(5):
        writer.put(change(embedder, number))
    assert writer.close(0.05) == 5
    index = Index(tmp_path / "chroma")
    assert index.count() == 0
    index.close()


def test_a_closed_writer_takes_nothing(writer: Writer, embedder: Embedder) -> None:
    """After closing a change is left to the next start, other work is refused, and closing again is harmless."""
    writer.close(5)
    writer.put(change(embedder, 1))
    with pytest.raises(MemoryUnavailable, match="closed"):
        writer.run(lambda: None)
    assert writer.close(5) == 0


def test_what_was_overtaken_is_not_filled_in(writer: Writer, embedder: Embedder) -> None:
    """A rebuild does not bring back what was changed or forgotten while it ran."""
    writer.put(change(embedder, 1, "the new text"))
    writer.put(Change("m2", None))
    writer.fill([change(embedder, number, "the old text") for number in (1, 2, 3)]).result(10)
    index = writer.index
    assert index is not None
    assert set(index.versions()) == {"m1", "m3"}
    assert index.query(embedder.encode(["the new text"])[0], 1)[0].similarity > 0.99
    writer.settle()
    writer.fill([change(embedder, 2)]).result(10)
    assert "m2" in index.versions()
    writer.close(5)


def test_a_settled_writer_notes_no_ids(writer: Writer, embedder: Embedder) -> None:
    """Before the comparison is over every changed id is noted, after it none, however long the writer lives."""
    writer.put(change(embedder, 1))
    assert writer._touched == {"m1"}
    writer.settle()
    writer.put(change(embedder, 2))
    assert writer._touched == set()
    writer.close(5)


async def test_an_index_that_never_opened_notes_no_ids(open_store: Open, folder: Path, truth: DictTruth) -> None:
    """Without an index there is nothing to fill in, and nothing to be noted for it."""
    await asyncio.to_thread(folder.write_text, "in the way")
    store = await settled(await open_store())
    await store.remember(memory("rain", "rain falls"))
    assert store.state == "unavailable"
    assert "rain" in truth.rows
    assert store._writer._touched == set()


def test_a_failed_write_is_reported(tmp_path: Path, embedder: Embedder) -> None:
    """The reason of a write that fails reaches the owner, and the writer goes on."""
    reasons: list[str] = []
    writer = Writer(reasons.append)
    writer.open(lambda: Index(tmp_path / "chroma", embedder)).result(20)
    good = change(embedder, 1)
    assert good.entry is not None
    writer.put(Change("bad", Entry(good.entry.memory, good.entry.vector[:7])))
    writer.run(lambda: None).result(10)
    writer.put(good)
    writer.close(5)
    assert len(reasons) == 1
    assert "can't write" in reasons[0]


async def test_closing_releases_threads_and_files(folder: Path, truth: DictTruth, embedder: Embedder) -> None:
    """A closed store leaves no thread of its own and no open file of the index."""
    store = await settled(await MemoryStore.open(folder, truth, embedder))
    await store.remember(memory("rain", "rain falls"))
    await store.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("feynman-memory")]
    held = [file.path for file in await asyncio.to_thread(psutil.Process().open_files)]
    assert not [path for path in held if path.startswith(str(folder))]


async def test_closing_during_the_start_is_prompt(folder: Path, truth: DictTruth, embedder: Embedder) -> None:
    """A store closed while its folder is probed ends the probe and does not wait for it."""
    await asyncio.to_thread(folder.mkdir)
    await asyncio.to_thread((folder / "chroma.sqlite3").write_bytes, b"anything")
    store = await MemoryStore.open(folder, truth, embedder)
    await asyncio.sleep(0.2)
    before = time.monotonic()
    await store.close()
    assert time.monotonic() - before < 1
    assert store.state == "unavailable"
    assert not [child for child in psutil.Process().children() if "feynman.memory.probe" in child.cmdline()]


async def test_late_changes_are_in_the_truth(open_store: Open, truth: DictTruth) -> None:
    """A memory that comes after closing is stored, and left to the next start to index."""
    store = await settled(await open_store())
    await store.close()
    await store.remember(memory("late", "too late"))
    assert "late" in truth.rows
    with pytest.raises(MemoryUnavailable, match="closed"):
        await store.search("late", "ada")


async def test_a_probe_over_its_time_is_no_verdict(tmp_path: Path) -> None:
    """A probe that does not end in time is killed, and says nothing against the index."""
    assert await is_damaged(tmp_path, timeout=0.01) is False


async def probing(folder: Path) -> psutil.Process:
    """Wait for the probe of ``folder`` and return it."""
    while True:
        for child in psutil.Process().children():
            with contextlib.suppress(psutil.Error):
                if child.cmdline()[-2:] == ["feynman.memory.probe", str(folder)]:
                    return child
        await asyncio.sleep(0.001)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL", "SIGSEGV", "SIGBUS", "SIGABRT"])
async def test_only_a_crash_of_the_probe_is_a_verdict(tmp_path: Path, name: str) -> None:
    """A probe that crashes tells of damage, one that somebody ended does not."""
    looking = asyncio.create_task(is_damaged(tmp_path))
    child = await asyncio.wait_for(probing(tmp_path), 10)
    child.send_signal(signal.Signals[name])
    assert await looking is (name not in {"SIGTERM", "SIGKILL"})


async def test_a_refusal_of_the_probe_is_a_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without an index is found damaged, also under a relative name and away from the package."""
    monkeypatch.chdir(tmp_path)
    await asyncio.to_thread(Index(tmp_path / "sound").close)
    await asyncio.to_thread(Path("broken").mkdir)
    assert await is_damaged(Path("sound")) is False
    assert await is_damaged(Path("broken")) is True


@pytest.mark.skipif(sys.platform == "win32", reason="groups of POSIX")
async def test_a_probe_that_was_ended_costs_no_index(open_store: Open, folder: Path) -> None:
    """The probe is out of reach of Ctrl-C; one killed all the same leaves the sound index where it is."""
    store = await settled(await open_store())
    await store.remember(memory("rain", "rain falls"))
    await store.close()
    again = await open_store()
    child = await asyncio.wait_for(probing(folder), 10)
    assert os.getpgid(child.pid) != os.getpgrp()
    child.kill()
    await settled(again)
    assert again.state == "ready"
    assert await asyncio.to_thread(lambda: [path.name for path in folder.parent.iterdir()]) == [folder.name]


def test_setting_aside_never_overwrites(tmp_path: Path) -> None:
    """Two damaged folders in one second are both kept."""
    names = []
    for number in range(3):
        folder = tmp_path / "chroma"
        folder.mkdir()
        (folder / "file").write_text(str(number))
        names.append(set_aside(folder, START))
    assert [path.name for path in names] == [f"chroma.damaged-20260301T090000Z{end}" for end in ("", "-2", "-3")]
    assert [(path / "file").read_text() for path in names] == ["0", "1", "2"]


def test_setting_aside_what_is_not_there_is_told(tmp_path: Path) -> None:
    """A folder that can't be renamed is a part that is not available."""
    with pytest.raises(MemoryUnavailable, match="can't be renamed"):
        set_aside(tmp_path / "nothing", START)


def test_a_failed_opening_does_not_spoil_the_next(tmp_path: Path, embedder: Embedder) -> None:
    """A path that could not be opened can be, in the same process, once the reason is gone."""
    place = tmp_path / "chroma"
    place.write_text("in the way")
    with pytest.raises(MemoryUnavailable, match="can't open"):
        Index(place, embedder)
    place.unlink()
    index = Index(place, embedder)
    assert index.count() == 0
    index.close()
    with pytest.raises(MemoryUnavailable):
        index.count()


def test_chroma_finds_our_function_again(tmp_path: Path, embedder: Embedder) -> None:
    """A reopened collection embeds with our encoder: documents and queries given as text work too."""
    index = Index(tmp_path / "chroma", embedder)
    index._collection.add(ids=["a"], documents=["rain falls"], metadatas=[{"learner_id": "ada"}])
    index.close()
    again = Index(tmp_path / "chroma", create=False)
    assert again._collection.query(query_texts=["rain falls"])["ids"] == [["a"]]
    again.close()
    function = SentenceFunction(embedder)
    assert function.default_space() == "cosine"
    assert not function.is_legacy()


def test_importing_the_room_does_not_import_chroma() -> None:
    """The 0.8 seconds of chromadb are not spent before a store is opened."""
    script = "import sys, feynman.memory; sys.exit('chromadb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=60).returncode == 0

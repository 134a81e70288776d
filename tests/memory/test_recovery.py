import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from feynman.domain import MemoryUnavailable, RecordsUnavailable
from feynman.memory import MemoryStore
from feynman.memory.entry import Entry
from feynman.memory.index import Index
from feynman.memory.probe import main as probe
from feynman.text.embedding import DIMENSIONS, Embedder
from tests.memory.conftest import Open, settled, written
from tests.memory.truth import DictTruth, memory

# From 1,000 on Chroma writes the vector files that a kill can damage; before that everything is in its SQLite log.
LARGE = 1_050


def filled(truth: DictTruth, count: int) -> list[Entry]:
    """Put ``count`` memories of one learner in the truth."""
    rows = np.random.default_rng(7).normal(size=(count, DIMENSIONS)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    entries = [Entry(memory(f"m{number}", f"memory {number}", minute=number), rows[number]) for number in range(count)]
    truth.rows.update({entry.memory.id: (entry.memory, entry.vector) for entry in entries})
    return entries


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index large enough to have vector files on disk."""
    folder = tmp_path_factory.mktemp("large") / "chroma"
    build(folder, filled(DictTruth(), LARGE))
    return folder


def build(folder: Path, entries: list[Entry]) -> None:
    """Write an index in one go."""
    folder.mkdir(parents=True, exist_ok=True)
    index = Index(folder)
    index.upsert(entries)
    index.close()


def copied(source: Path, target: Path) -> Path:
    """Copy an index."""
    for path in source.rglob("*"):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(parents=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
    return target


def one(folder: Path, name: str) -> Path:
    """Return the one file of that name below ``folder``."""
    (path,) = folder.rglob(name)
    return path


def halve(path: Path) -> None:
    """Keep the first half of a file."""
    os.truncate(path, path.stat().st_size // 2)


def garble(path: Path) -> None:
    """Overwrite the middle half of a file."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 4)
        file.write(b"\xa5" * (size // 2))


def empty(path: Path) -> None:
    """Leave nothing in a file."""
    os.truncate(path, 0)


def aside(folder: Path) -> list[str]:
    """Return the names of folders that were set aside."""
    return [path.name for path in folder.parent.iterdir() if ".damaged-" in path.name]


async def finds_all(store: MemoryStore, truth: DictTruth) -> None:
    """Look that every memory of the truth is found, and finds itself."""
    index = store._writer.index
    assert index is not None
    assert set(index.versions()) == set(truth.rows)
    for key in list(truth.rows)[:: max(1, len(truth.rows) // 40)]:
        assert index.query(truth.rows[key][1], 1)[0].id == key


async def test_a_closed_store_is_found_again(open_store: Open, truth: DictTruth, folder: Path) -> None:
    """What was remembered is recalled by the next process; an intact index is not set aside."""
    store = await settled(await open_store())
    for number in range(20):
        await store.remember(memory(f"m{number}", f"{'abcdefghijklmnopqrst'[number]} is letter {number}"))
    await store.close()
    again = await settled(await open_store())
    assert again.state == "ready"
    assert again.detail == f"{len(truth.rows)} memories indexed"
    assert len(await again.recall("k is letter 10", "ada", k=1)) == 1
    assert aside(folder) == []


@pytest.mark.parametrize("damage", [halve, garble])
async def test_a_damaged_database_is_set_aside(
    open_store: Open, truth: DictTruth, folder: Path, damage: Callable[[Path], None]
) -> None:
    """Chroma's SQLite file cut or overwritten: the folder is kept under another name and all memories are found."""
    build(folder, filled(truth, 30))
    damage(one(folder, "chroma.sqlite3"))
    store = await settled(await open_store())
    assert store.state == "ready"
    assert aside(folder) == ["chroma.damaged-20260301T090000Z"]
    await finds_all(store, truth)


@pytest.mark.parametrize("content", [b"garbage " * 1000, b""])
async def test_a_foreign_database_is_set_aside(
    open_store: Open, truth: DictTruth, folder: Path, content: bytes
) -> None:
    """A chroma.sqlite3 that is no database, or has nothing in it, is set aside as it is."""
    filled(truth, 30)
    await asyncio.to_thread(folder.mkdir)
    await asyncio.to_thread((folder / "chroma.sqlite3").write_bytes, content)
    store = await settled(await open_store())
    assert store.state == "ready"
    (name,) = aside(folder)
    assert (folder.with_name(name) / "chroma.sqlite3").read_bytes()[: len(content)] == content
    await finds_all(store, truth)


def test_the_probe_sees_damaged_vectors(large: Path, tmp_path: Path) -> None:
    """Vector files cut, overwritten or missing: the probing process ends with an error or by a signal."""
    damages: dict[str, tuple[str, Callable[[Path], None]]] = {
        "half a header": ("header.bin", halve),
        "no vectors": ("data_level0.bin", empty),
        "other vectors": ("data_level0.bin", garble),
        "no list of ids": ("index_metadata.pickle", Path.unlink),
    }
    children = {}
    for what, (name, damage) in damages.items():
        folder = copied(large, tmp_path / what)
        damage(one(folder, name))
        command = [sys.executable, "-m", "feynman.memory.probe", str(folder)]
        children[what] = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    passed = [what for what, child in children.items() if child.wait(60) == 0]
    assert passed == []


def test_the_probe_passes_a_sound_index(large: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A large intact index, and one without a memory, are sound; a folder without an index is not."""
    assert probe([str(large)]) == 0
    build(folder, filled(DictTruth(), 3))
    index = Index(folder)
    index.delete(["m0", "m1", "m2"])
    index.close()
    assert probe([str(folder)]) == 0
    assert probe([str(folder / "nothing")]) == 1
    assert "can't open" in capsys.readouterr().err


def test_the_probe_wants_each_memory_to_find_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Vectors that are not of length one are damage."""
    first, second = filled(DictTruth(), 2)
    build(folder, [first, Entry(second.memory, second.vector * 3)])
    assert probe([str(folder)]) == 1
    assert "length" in capsys.readouterr().err


async def test_a_large_damaged_index_is_rebuilt(open_store: Open, truth: DictTruth, large: Path, folder: Path) -> None:
    """After the vectors are lost, all thousand memories come back out of the truth, with progress on the way."""
    filled(truth, LARGE)
    await asyncio.to_thread(lambda: garble(one(copied(large, folder), "data_level0.bin")))
    store = await open_store()
    details = set()
    while store.state in ("starting", "rebuilding"):
        details.add(store.detail)
        await asyncio.sleep(0.005)
    assert store.state == "ready"
    assert len({detail for detail in details if detail.endswith(f"of {LARGE} memories indexed")}) > 3
    assert len(aside(folder)) == 1
    await finds_all(store, truth)


async def test_missing_stale_and_surplus_entries_are_mended(open_store: Open, truth: DictTruth, folder: Path) -> None:
    """An intact index that fell behind gets what is missing, replaces what changed and loses what is gone."""
    entries = filled(truth, 40)
    build(folder, entries[:30])
    del truth.rows["m3"]
    changed = entries[5].memory.model_copy(update={"updated_at": entries[39].memory.updated_at})
    truth.rows["m5"] = (changed, -entries[5].vector)
    store = await settled(await open_store())
    assert aside(folder) == []
    await finds_all(store, truth)
    index = store._writer.index
    assert index is not None
    assert index.query(-entries[5].vector, 1)[0].id == "m5"
    assert index.query(entries[3].vector, 1)[0].id != "m3"


async def test_a_killed_writer_loses_nothing(
    open_store: Open, truth: DictTruth, folder: Path, embedder: Embedder
) -> None:
    """A process killed while it writes leaves an index that opens, or is rebuilt, with everything in the truth."""
    command = [sys.executable, "-m", "tests.memory.child", str(folder)]
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert child.stdout is not None
    for _ in range(40):
        assert await child.stdout.readline()
    child.kill()
    await child.wait()
    for number in range(60):
        each = memory(f"m{number}", f"memory {number}")
        await truth.put(each, embedder.encode([each.text])[0])
    store = await settled(await open_store())
    assert store.state == "ready"
    await finds_all(store, truth)


async def test_without_a_writable_folder_the_truth_goes_on(open_store: Open, truth: DictTruth, folder: Path) -> None:
    """A file in the folder's place: the state and every refusal name the reason, remembering and forgetting work."""
    await asyncio.to_thread(folder.write_text, "in the way")
    store = await settled(await open_store())
    assert store.state == "unavailable"
    assert "can't be written" in store.detail
    with pytest.raises(MemoryUnavailable, match="can't be written"):
        await store.check()
    with pytest.raises(MemoryUnavailable, match="can't be written"):
        await store.search("rain", "ada")
    assert await store.recall("rain", "ada") == []
    await store.remember(memory("rain", "rain falls"))
    assert "rain" in truth.rows
    assert await store.forget("rain", "ada")
    await store.close()
    assert await asyncio.to_thread(folder.read_text) == "in the way"


async def test_the_next_start_brings_what_an_unavailable_index_missed(
    open_store: Open, truth: DictTruth, folder: Path
) -> None:
    """What was remembered while there was no index is found after a start that has one."""
    await asyncio.to_thread(folder.write_text, "in the way")
    store = await settled(await open_store())
    await store.remember(memory("rain", "rain falls from clouds"))
    await store.close()
    await asyncio.to_thread(folder.unlink)
    again = await settled(await open_store())
    assert [each.id for each in await again.recall("rain falls", "ada")] == ["rain"]
    assert list(truth.rows) == ["rain"]


async def test_a_vanished_index_is_noticed(open_store: Open, truth: DictTruth, folder: Path) -> None:
    """When the files are deleted under a running store, the check fails and a failed write makes it unavailable."""
    store = await settled(await open_store())
    await asyncio.to_thread(lambda: one(folder, "chroma.sqlite3").unlink())
    with pytest.raises(MemoryUnavailable, match="is gone"):
        await store.check()
    assert await store.recall("rain", "ada") == []
    await store.remember(memory("rain", "rain falls"))
    with contextlib.suppress(MemoryUnavailable):
        await written(store)
    assert store.state == "unavailable"
    assert "is gone" in store.detail
    assert "rain" in truth.rows


class FailingTruth(DictTruth):
    """A truth whose listing fails."""

    async def count(self) -> int:
        """Fail as a locked database does."""
        raise RecordsUnavailable("the database is locked")


class BrokenTruth(DictTruth):
    """A truth with a mistake in it."""

    async def count(self) -> int:
        """Fail as no truth should."""
        raise LookupError("a mistake")


@pytest.mark.parametrize(
    ("broken", "reason"), [(FailingTruth(), "the database is locked"), (BrokenTruth(), "did not end")]
)
async def test_a_start_that_fails_is_told(folder: Path, embedder: Embedder, broken: DictTruth, reason: str) -> None:
    """When the truth can't be compared with, the index is unavailable with the reason, and closing works."""
    store = await settled(await MemoryStore.open(folder, broken, embedder))
    assert store.state == "unavailable"
    assert reason in store.detail
    await store.close()

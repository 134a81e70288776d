from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from feynman.domain import Learner, Memory, Reference
from feynman.memory import MemoryRecords, MemoryStore
from feynman.records import Records
from feynman.text.embedding import Embedder
from tests.memory.conftest import settled, written
from tests.memory.truth import memory

RAIN = "Clouds are tiny water drops; when the drops grow heavy they fall as rain."
AGAIN = "Clouds are tiny water drops; when drops grow heavy they fall as rain."
RAIN_ZH = "云由小水滴组成，水滴变重后落下成为雨。"


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    """Return a real database on disk."""
    opened = await Records.open(f"sqlite+aiosqlite:///{tmp_path / 'feynman.db'}")
    yield opened
    await opened.close()


async def taught(records: Records, key: str, text: str, learner: Learner, minute: int = 0) -> Memory:
    """Return a memory of a new session of ``learner``."""
    session = await records.sessions.start(
        session_id=None,
        learner_id=learner.id,
        topic="rain",
        language="en",
        topic_id=None,
        reference=Reference(topic="rain"),
    )
    return memory(key, text, learner=learner.id, session=session.id, minute=minute)


async def test_memories_live_in_the_database(
    records: Records, folder: Path, embedder: Embedder, tmp_path: Path
) -> None:
    """With the real database as truth: remembered, merged, recalled, kept apart, rebuilt elsewhere, forgotten."""
    truth: MemoryRecords = records.memories
    ada, eve = await records.learners.add("Ada", "en"), await records.learners.add("Eve", "zh")
    store = await settled(await MemoryStore.open(folder, truth, embedder))
    await store.remember(await taught(records, "rain", RAIN, ada))
    await store.remember(await taught(records, "again", AGAIN, ada, minute=3))
    await store.remember(await taught(records, "雨", RAIN_ZH, eve))
    await written(store)
    (found,) = await store.recall("why does rain fall", ada.id)
    assert (found.id, found.text, found.turn_ids) == ("rain", AGAIN, ("turn-rain", "turn-again"))
    assert [each.id for each in await store.recall("为什么下雨", eve.id)] == ["雨"]
    await store.close()

    moved = await settled(await MemoryStore.open(tmp_path / "elsewhere", truth, embedder))
    assert moved.detail == "2 memories indexed"
    assert [each.id for each in await moved.search("rain", ada.id)] == ["rain"]
    assert await moved.forget("rain", ada.id)
    await moved.close()

    last = await settled(await MemoryStore.open(folder, truth, embedder))
    assert last.detail == "1 memories indexed"
    assert await last.search("rain", ada.id) == []
    await last.close()


async def test_a_forgotten_memory_stays_forgotten(records: Records, folder: Path, embedder: Embedder) -> None:
    """The same draft again, as the next turn of its session brings it, is not stored, indexed or merged elsewhere."""
    ada = await records.learners.add("Ada", "en")
    store = await settled(await MemoryStore.open(folder, records.memories, embedder))
    draft = await taught(records, "rain", RAIN, ada)
    await store.remember(draft)
    assert await store.forget("rain", ada.id)
    twin = await store.remember(await taught(records, "twin", AGAIN, ada))
    await store.remember(draft.model_copy(update={"text": AGAIN, "turn_ids": ("turn-rain", "turn-2")}))
    await written(store)
    index = store._writer.index
    assert index is not None
    assert set(index.versions()) == {"twin"}
    assert await records.memories.list(ada.id) == [twin]
    await store.close()

    again = await settled(await MemoryStore.open(folder, records.memories, embedder))
    assert again.detail == "1 memories indexed"
    await again.remember(draft)
    assert [each.id for each in await again.search("rain", ada.id)] == ["twin"]
    assert await records.memories.list(ada.id) == [twin]
    await again.close()


async def test_an_intact_index_is_not_written_again(records: Records, folder: Path, embedder: Embedder) -> None:
    """Times come back from the database as they went in: nothing is taken for changed at the next start."""
    ada = await records.learners.add("Ada", "en")
    store = await settled(await MemoryStore.open(folder, records.memories, embedder))
    await store.remember(await taught(records, "rain", RAIN, ada, minute=7))
    await written(store)
    index = store._writer.index
    assert index is not None
    before = index.versions()
    ((stored, _),) = [batch[0] async for batch in records.memories.batches(10)]
    assert before == {"rain": stored.updated_at.timestamp()}
    await store.close()

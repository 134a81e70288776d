import asyncio
import shutil
from pathlib import Path

import pytest

from feynman.domain import MemoryUnavailable
from feynman.memory import MemoryStore
from feynman.memory.keeping import keep_open
from feynman.memory.status import Status
from feynman.observability.metrics import Metrics
from feynman.text.embedding import Embedder
from tests.memory.conftest import settled, written
from tests.memory.truth import START, DictTruth, memory


async def opened(folder: Path, truth: DictTruth, embedder: Embedder, reopen: float = 0.05) -> MemoryStore:
    """Return a settled store that opens a failed index again at once."""
    return await settled(await MemoryStore.open(folder, truth, embedder, clock=lambda: START, reopen=reopen))


async def becomes_ready(store: MemoryStore) -> None:
    """Wait until the index is there again."""
    async with asyncio.timeout(30):
        while store.state != "ready":
            await asyncio.sleep(0.02)


async def test_a_failed_write_is_made_up_for(folder: Path, truth: DictTruth, embedder: Embedder) -> None:
    """When the files vanish under a running store, the next write fails, and soon every memory is found again."""
    store = await opened(folder, truth, embedder)
    await store.remember(memory("sun", "the sun is warm"))
    await written(store)
    await asyncio.to_thread(shutil.rmtree, folder)
    await store.remember(memory("rain", "rain falls from clouds"))
    async with asyncio.timeout(10):
        while store.state != "unavailable":
            await asyncio.sleep(0.005)
    await store.remember(memory("snow", "snow is frozen water"))
    await becomes_ready(store)
    found = [(await store.recall(text, "ada", k=1))[0].id for text in ("the sun is warm", "rain falls", "frozen snow")]
    assert found == ["sun", "rain", "snow"]
    await store.close()


async def test_queries_that_fail_open_the_index_anew(folder: Path, truth: DictTruth, embedder: Embedder) -> None:
    """Nobody writes, but five failing queries in a row are enough."""
    metrics = Metrics()
    store = await settled(
        await MemoryStore.open(folder, truth, embedder, clock=lambda: START, reopen=0.05, metrics=metrics)
    )
    await store.remember(memory("rain", "rain falls"))
    await written(store)
    await asyncio.to_thread(shutil.rmtree, folder)
    for _ in range(5):
        with pytest.raises(MemoryUnavailable):
            await store.check()
    assert metrics.snapshot()['feynman_breaker_state{part="memory"}'] == 1
    await becomes_ready(store)
    await store.check()
    assert metrics.snapshot()['feynman_breaker_state{part="memory"}'] == 0
    assert [each.id for each in await store.recall("rain falls", "ada")] == ["rain"]
    await store.close()


async def test_a_folder_in_the_way_is_tried_again(folder: Path, truth: DictTruth, embedder: Embedder) -> None:
    """An index that can't be opened is opened once its folder is usable, without a restart."""
    await asyncio.to_thread(folder.write_text, "in the way")
    store = await opened(folder, truth, embedder)
    assert store.state == "unavailable"
    await store.remember(memory("rain", "rain falls"))
    await asyncio.to_thread(folder.unlink)
    await becomes_ready(store)
    assert [each.id for each in await store.recall("rain falls", "ada")] == ["rain"]
    await store.close()


async def test_attempts_come_later_and_later() -> None:
    """Between attempts it waits 5, 10, 20 ... 300 seconds less what chance takes off, and begins anew once steady."""
    now, released = 0.0, 0
    waits: list[float] = []
    status = Status()
    ends = asyncio.Event()

    async def begin() -> None:
        nonlocal now
        now += 100.0 if len(waits) == 8 else 1.0
        status.failed("broken")

    async def release() -> None:
        nonlocal released
        released += 1

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 10:
            ends.set()
            await asyncio.Event().wait()

    keeping = asyncio.create_task(
        keep_open(begin, release, status=status, clock=lambda: now, sleep=sleep, rand=lambda: 1.0)
    )
    await asyncio.wait_for(ends.wait(), 5)
    keeping.cancel()
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 5, 10]
    assert released == 9

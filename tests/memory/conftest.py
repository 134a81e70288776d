import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from feynman.memory import MemoryStore
from feynman.text.embedding import Embedder
from tests.memory.truth import START, DictTruth

Open = Callable[..., Awaitable[MemoryStore]]


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """Return one loaded embedder for all tests of this room."""
    shared = Embedder()
    shared.warm()
    return shared


@pytest.fixture
def truth() -> DictTruth:
    """Return an empty truth."""
    return DictTruth()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the index goes; nothing is there."""
    return tmp_path / "chroma"


@pytest.fixture
async def open_store(folder: Path, truth: DictTruth, embedder: Embedder) -> AsyncIterator[Open]:
    """Return a way to open stores over ``truth`` that are closed after the test."""
    async with AsyncExitStack() as stack:

        async def open_(place: Path | None = folder, *, patience: float = 20.0) -> MemoryStore:
            store = await MemoryStore.open(place, truth, embedder, clock=lambda: START, patience=patience)
            stack.push_async_callback(store.close)
            return store

        yield open_


async def settled(store: MemoryStore, seconds: float = 30.0) -> MemoryStore:
    """Wait until the start of ``store`` is over."""
    end = time.monotonic() + seconds
    while store.state in ("starting", "rebuilding"):
        assert time.monotonic() < end, store.detail
        await asyncio.sleep(0.01)
    return store


async def written(store: MemoryStore) -> None:
    """Wait until all changes that were made so far are in the index."""
    await asyncio.wrap_future(store._writer.run(lambda: None))

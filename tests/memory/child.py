"""A process that opens a store and remembers until it is killed: ``python -m tests.memory.child <folder> <file>``."""

import asyncio
import itertools
import sys
from pathlib import Path

from feynman.memory import MemoryStore
from feynman.text.embedding import Embedder
from tests.memory.conftest import settled, written
from tests.memory.truth import DictTruth, memory


async def main(folder: Path) -> None:
    """Write memories, printing each id once it is in the index."""
    store = await settled(await MemoryStore.open(folder, DictTruth(), Embedder()))
    for number in itertools.count():
        await store.remember(memory(f"m{number}", f"memory {number}", session=f"s{number}"))
        await written(store)
        sys.stdout.write(f"m{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))

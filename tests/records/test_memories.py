"""Memories: the truth behind the index."""

from datetime import timedelta

import numpy as np
import pytest

from feynman.domain import NotFound
from feynman.records import Records
from tests.records.make import START, memory, vector


async def test_a_memory_comes_back(records: Records) -> None:
    """All fields but the similarity of a search are kept."""
    await records.memories.put(memory("m", similarity=0.5), vector(1))
    assert await records.memories.get("m", "ann") == memory("m")
    assert await records.memories.count() == 1


async def test_put_replaces(records: Records) -> None:
    """The same id is the same memory, with the new text and embedding."""
    await records.memories.put(memory("m"), vector(1))
    await records.memories.put(memory("m", text="new", turn_ids=("t3",)), vector(2))
    (((kept, embedding),),) = [batch async for batch in records.memories.batches(5)]
    assert kept == memory("m", text="new", turn_ids=("t3",))
    assert np.array_equal(embedding, vector(2))


async def test_learners_do_not_see_each_other(records: Records) -> None:
    """Get, many, list, delete and put keep to the learner."""
    await records.memories.put(memory("a", "ann"), vector(1))
    await records.memories.put(memory("b", "bob"), vector(2))
    assert await records.memories.get("b", "ann") is None
    assert [kept.id for kept in await records.memories.many(["b", "a"], "ann")] == ["a"]
    assert [kept.id for kept in await records.memories.list("ann")] == ["a"]
    assert not await records.memories.delete("b", "ann")
    with pytest.raises(NotFound):
        await records.memories.put(memory("b", "ann"), vector(3))
    assert await records.memories.get("b", "bob") == memory("b", "bob")


async def test_many_keeps_the_order_of_the_ids(records: Records) -> None:
    """The answer follows the question; unknown and doubled ids drop out."""
    for name in "abc":
        await records.memories.put(memory(name), vector(1))
    found = await records.memories.many(["c", "x", "a", "c"], "ann")
    assert [kept.id for kept in found] == ["c", "a"]
    assert await records.memories.many([], "ann") == []


async def test_list_is_newest_first(records: Records) -> None:
    """Newer ones come first and the limit holds."""
    for name, hours in (("old", 0), ("new", 2), ("middle", 1)):
        await records.memories.put(memory(name, updated_at=START + timedelta(hours=hours)), vector(1))
    assert [kept.id for kept in await records.memories.list("ann")] == ["new", "middle", "old"]
    assert [kept.id for kept in await records.memories.list("ann", limit=1)] == ["new"]


async def test_delete(records: Records) -> None:
    """A deleted memory is gone; deleting again says so."""
    await records.memories.put(memory("m"), vector(1))
    assert await records.memories.delete("m", "ann")
    assert not await records.memories.delete("m", "ann")
    assert await records.memories.count() == 0


async def test_a_deleted_memory_does_not_come_back(records: Records) -> None:
    """Its id is kept, emptied of text and vector; storing it again is passed over, and every question skips it."""
    await records.memories.put(memory("m"), vector(1))
    await records.memories.put(memory("n"), vector(2))
    assert not await records.memories.is_forgotten("m", "ann")
    await records.memories.delete("m", "ann")
    await records.memories.put(memory("m", text="again"), vector(3))
    assert await records.memories.is_forgotten("m", "ann")
    assert not await records.memories.is_forgotten("m", "bob")
    assert not await records.memories.is_forgotten("x", "ann")
    assert await records.memories.get("m", "ann") is None
    assert await records.memories.many(["m", "n"], "ann") == [memory("n")]
    assert await records.memories.list("ann") == [memory("n")]
    assert [[kept.id for kept, _ in batch] async for batch in records.memories.batches(1)] == [["n"]]
    assert await records.memories.count() == 1
    with pytest.raises(NotFound):
        await records.memories.put(memory("m", "bob"), vector(3))
    async with records._database.engine.connect() as connection:
        rows = await connection.exec_driver_sql("SELECT text, embedding FROM memory WHERE id = 'm'")
        assert rows.one() == ("", b"")


async def test_batches_yield_each_memory_once(records: Records) -> None:
    """All learners' memories with their vectors, in batches of the size asked for, also while one is deleted."""
    for number in range(7):
        await records.memories.put(memory(f"m{number}", f"learner{number % 2}"), vector(number))
    sizes, seen = [], {}
    async for batch in records.memories.batches(3):
        sizes.append(len(batch))
        seen.update({kept.id: embedding for kept, embedding in batch})
        await records.memories.delete("m0", "learner0")
    assert sizes == [3, 3, 1]
    assert sorted(seen) == [f"m{number}" for number in range(7)]
    for number in range(7):
        embedding = seen[f"m{number}"]
        assert embedding.dtype == np.float32
        assert np.array_equal(embedding, vector(number))


async def test_the_embedding_is_little_endian_float32(records: Records) -> None:
    """On disk a vector is 2,048 bytes that any machine reads alike; another shape is refused."""
    big_endian = vector(1).astype(">f4")
    await records.memories.put(memory("m"), big_endian)
    async with records._database.engine.connect() as connection:
        blob = (await connection.exec_driver_sql("SELECT embedding FROM memory")).scalar_one()
    assert blob == vector(1).astype("<f4").tobytes()
    assert len(blob) == 2048
    with pytest.raises(ValueError, match="512"):
        await records.memories.put(memory("m"), vector(1)[:100])

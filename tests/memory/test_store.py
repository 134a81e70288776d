import asyncio
import os
import threading

import numpy as np
import pytest

from feynman.domain import MemoryUnavailable
from tests.memory.conftest import Open, settled, written
from tests.memory.truth import DictTruth, memory

RAIN = "Clouds are tiny water drops; when the drops grow heavy they fall as rain."
SUN = "The sun heats the sea and water evaporates into the air."
COOKING = "Bread rises because yeast makes carbon dioxide."


async def test_a_memory_is_recalled_by_meaning(open_store: Open) -> None:
    """A question in other words finds the memory that answers it first, and unrelated ones not at all."""
    store = await open_store()
    for key, text in (("rain", RAIN), ("sun", SUN), ("bread", COOKING)):
        await store.remember(memory(key, text))
    await written(store)
    found = await store.recall("Why does it rain from the clouds?", "ada")
    assert found[0].id == "rain"
    assert found[0].text == RAIN
    assert "bread" not in [each.id for each in found]
    similarities = [each.similarity or 0 for each in found]
    assert similarities == sorted(similarities, reverse=True)
    assert 0.35 <= similarities[-1] <= similarities[0] <= 1


async def test_recall_speaks_chinese_and_across_languages(open_store: Open) -> None:
    """A Chinese question finds Chinese memories, and an English one finds what was said in Chinese."""
    store = await open_store()
    await store.remember(memory("雨", "云由小水滴组成，水滴变重后落下成为雨。", language="zh"))
    await store.remember(memory("面包", "面包发起来是因为酵母产生二氧化碳。", language="zh"))
    await written(store)
    assert (await store.recall("为什么会下雨？", "ada"))[0].id == "雨"
    assert (await store.recall("How does rain fall from clouds?", "ada"))[0].id == "雨"


async def test_recall_keeps_its_bounds(open_store: Open) -> None:
    """At most k memories come, none below the asked similarity, none for a blank query or k below one."""
    store = await open_store()
    for number in range(6):
        await store.remember(memory(f"m{number}", f"{RAIN} This is thing {number * 1111} about {'abcdef'[number]}."))
    await written(store)
    assert len(await store.recall(RAIN, "ada", k=2)) == 2
    assert await store.recall(COOKING, "ada", min_similarity=0.95) == []
    assert await store.recall("  \n", "ada") == []
    assert await store.recall(RAIN, "ada", k=0) == []


async def test_search_takes_all_the_near_ones(open_store: Open) -> None:
    """A search has no least similarity: every memory comes, the nearest first."""
    store = await open_store()
    for key, text in (("rain", RAIN), ("sun", SUN), ("bread", COOKING)):
        await store.remember(memory(key, text))
    await written(store)
    found = await store.search("yeast and dough", "ada")
    assert {each.id for each in found} == {"rain", "sun", "bread"}
    assert found[0].id == "bread"


async def test_a_session_can_be_left_out(open_store: Open) -> None:
    """What was said in the excluded session is not recalled, however near it is."""
    store = await open_store()
    await store.remember(memory("here", RAIN, session="now"))
    await store.remember(memory("there", SUN, session="before"))
    await written(store)
    found = await store.recall(RAIN, "ada", exclude_session="now", min_similarity=0)
    assert [each.id for each in found] == ["there"]


async def test_learners_never_see_each_other(open_store: Open) -> None:
    """Of 60 learners who said nearly the same in turn, each finds exactly their own."""
    store = await open_store()
    learners = [f"learner-{number}" for number in range(60)]
    for text in (RAIN, SUN, COOKING):
        for learner in learners:
            await store.remember(memory(f"{learner}/{text[:3]}", text, learner=learner))
    await written(store)
    for learner in learners:
        found = await store.search(RAIN, learner)
        assert {each.id for each in found} == {f"{learner}/{text[:3]}" for text in (RAIN, SUN, COOKING)}
        assert {each.learner_id for each in found} == {learner}
    assert await store.search(RAIN, "nobody") == []


async def test_what_the_truth_denies_is_not_returned(open_store: Open, truth: DictTruth) -> None:
    """An index entry whose memory is gone, or is somebody else's by now, is not returned."""
    store = await open_store()
    for key, text in (("gone", RAIN), ("given", SUN), ("kept", COOKING)):
        await store.remember(memory(key, text))
    await written(store)
    del truth.rows["gone"]
    given, vector = truth.rows["given"]
    truth.rows["given"] = (given.model_copy(update={"learner_id": "eve"}), vector)
    assert [each.id for each in await store.search(RAIN, "ada")] == ["kept"]


async def test_the_text_comes_from_the_truth(open_store: Open, truth: DictTruth) -> None:
    """The index holds no text: what is returned is what the database says now."""
    store = await open_store()
    await store.remember(memory("rain", RAIN))
    await written(store)
    old, vector = truth.rows["rain"]
    truth.rows["rain"] = (old.model_copy(update={"text": "changed"}), vector)
    assert (await store.recall(RAIN, "ada"))[0].text == "changed"


async def test_forget_removes_it_everywhere(open_store: Open, truth: DictTruth) -> None:
    """A forgotten memory is gone from the answers at once, from the truth, and from the index; twice is false."""
    store = await settled(await open_store())
    await store.remember(memory("rain", RAIN))
    assert await store.forget("rain", "ada") is True
    assert await store.recall(RAIN, "ada") == []
    await written(store)
    index = store._writer.index
    assert index is not None
    assert index.count() == 0
    assert truth.rows == {}
    assert await store.forget("rain", "ada") is False


async def test_forget_needs_the_owner(open_store: Open) -> None:
    """Nobody can delete another learner's memory."""
    store = await open_store()
    await store.remember(memory("rain", RAIN))
    await written(store)
    assert await store.forget("rain", "eve") is False
    assert len(await store.recall(RAIN, "ada")) == 1


async def test_remember_twice_stores_once(open_store: Open, truth: DictTruth) -> None:
    """The same draft again changes nothing."""
    store = await open_store()
    first = await store.remember(memory("rain", RAIN))
    assert await store.remember(memory("rain", RAIN)) == first
    assert list(truth.rows) == ["rain"]


async def test_a_returned_memory_can_be_remembered(open_store: Open, truth: DictTruth) -> None:
    """The similarity of a search is not stored."""
    store = await open_store()
    await store.remember(memory("rain", RAIN).model_copy(update={"similarity": 0.5}))
    assert truth.rows["rain"][0].similarity is None


async def test_remember_does_not_wait_for_the_index(open_store: Open, truth: DictTruth) -> None:
    """While the writer is busy, remembering ends as soon as the truth has it."""
    store = await settled(await open_store())
    release = threading.Event()
    store._writer.run(lambda: release.wait(10))
    try:
        await asyncio.wait_for(store.remember(memory("rain", RAIN)), 2)
        assert "rain" in truth.rows
    finally:
        release.set()


async def test_opening_returns_at_once(open_store: Open) -> None:
    """Opening does not wait for the index; the store tells that it is starting, then that it is ready."""
    store = await open_store()
    states = [store.state, (await settled(store)).state]
    assert states == ["starting", "ready"]
    assert store.detail == "0 memories indexed"
    await store.check()


async def test_an_index_that_takes_long_is_not_waited_for(open_store: Open) -> None:
    """Before the index is ready a recall is empty after its patience, a search and a check are refused."""
    store = await open_store(patience=0)
    assert await store.recall(RAIN, "ada") == []
    with pytest.raises(MemoryUnavailable, match="being opened"):
        await store.search(RAIN, "ada")
    with pytest.raises(MemoryUnavailable, match="being opened"):
        await store.check()


async def test_without_a_folder_the_index_is_temporary(open_store: Open) -> None:
    """No folder: everything works, and closing leaves no file behind."""
    store = await open_store(None)
    await store.remember(memory("rain", RAIN))
    await written(await settled(store))
    assert len(await store.recall(RAIN, "ada")) == 1
    index = store._writer.index
    assert index is not None
    place = index._path
    assert await asyncio.to_thread(os.path.exists, place)
    await store.close()
    assert not await asyncio.to_thread(os.path.exists, place)


async def test_stored_vectors_are_those_of_the_text(open_store: Open, truth: DictTruth) -> None:
    """The truth gets the vector that belongs to the stored text, for a rebuild without the encoder."""
    store = await open_store()
    await store.remember(memory("rain", RAIN))
    np.testing.assert_allclose(truth.rows["rain"][1], store._embedder.encode([RAIN])[0], atol=1e-6)

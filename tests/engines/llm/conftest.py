"""Model students on a scripted server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import count
from typing import Any

import pytest

from feynman.domain import Explanation, KeyPoint, Misconception, Reference
from feynman.engines.llm import (
    Capabilities,
    Endpoint,
    Line,
    ModelStudent,
    Persona,
    Price,
    Protection,
    Timeouts,
    pooled_client,
)
from feynman.engines.student import Analysis, Discovery, Lesson, Student
from feynman.text.embedding import Embedder
from feynman.workflow.asides import ASIDES
from feynman.workflow.findings import Findings
from tests.engines.llm.server import Answer, Call, Say, Server, verdict_of

PLANTS = Reference(
    topic="Photosynthesis",
    source="library",
    points=(
        KeyPoint(text="Chlorophyll in the leaves absorbs the energy of sunlight."),
        KeyPoint(
            text="Most of a plant's mass comes from carbon dioxide in the air.",
            probe="Where does all the stuff come from that a tree is made of?",
        ),
        KeyPoint(text="Oxygen is released because water molecules are split."),
    ),
    misconceptions=(
        Misconception(
            claim="A plant's mass comes from the soil.",
            point=1,
            question="If it ate soil, would the pot not be empty in the end?",
        ),
    ),
)
PLANTS_ZH = Reference(
    topic="光合作用",
    source="library",
    points=(
        KeyPoint(text="叶子里的叶绿素吸收阳光的能量。"),
        KeyPoint(text="植物的大部分质量来自空气中的二氧化碳。", probe="一棵大树身上那么多东西是从哪儿来的？"),
        KeyPoint(text="水分子被分解，所以放出氧气。"),
    ),
)
ABLE = Capabilities(models=("scripted-1",), structured="json_schema", tools=True, stream_usage=True)
FAST = Timeouts(connect=2, first_token=0.6, between_tokens=0.4, whole=1.5)

Make = Callable[..., ModelStudent]


def lesson(text: str, **more: Any) -> Lesson:  # noqa: ANN401 # parts of a lesson
    """A lesson about plants."""
    language = more.pop("language", "en")
    reference = more.pop("reference", PLANTS_ZH if language == "zh" else PLANTS)
    explanation = Explanation(
        topic=reference.topic, text=text, language=language, learner_id="ada", session_id="s1", turn_id="t1"
    )
    return Lesson(explanation=explanation, reference=reference, **more)


async def examined(student: Student, given: Lesson) -> tuple[list[Any], Analysis]:
    """Everything that an examination yields, and what the workflow keeps of it."""
    found = [finding async for finding in student.examine(given)]
    findings = Findings(given)
    for finding in found:
        if not isinstance(finding, ASIDES):
            discovery: Discovery = finding
            findings.add(discovery)
    return found, findings.analysis()


async def replied(student: Student, given: Lesson, analysis: Analysis) -> tuple[str, list[Any]]:
    """A reply's text, and all that it yields."""
    pieces = [piece async for piece in student.reply(given, analysis)]
    return "".join(piece for piece in pieces if isinstance(piece, str)), pieces


def answers(verdict: str | None = None, reply: str = "Hm. Where do they get it?") -> Callable[[Call], Answer]:
    """A model that gives this verdict and says this."""

    def script(call: Call) -> Answer:
        return Say(reply if call.way == "stream" else verdict or verdict_of())

    return script


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The real sentence encoder."""
    return Embedder()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A scripted server."""
    async with Server(answers()).running() as running:
        yield running


@pytest.fixture
async def make(server: Server, embedder: Embedder) -> AsyncIterator[Make]:
    """Build students on the server; afterwards no task and no connection of theirs is left."""
    before = asyncio.all_tasks()
    client = pooled_client()
    numbers = count(1)

    def build(**more: Any) -> ModelStudent:  # noqa: ANN401 # parts of a student
        endpoint = Endpoint(model="scripted-1", base_url=server.url, timeouts=more.pop("timeouts", FAST))
        line = Line(
            endpoint,
            client,
            prices={"scripted-1": Price(input=2.0, output=10.0)},
            protection=more.pop("protection", Protection(attempts=1)),
        )
        settings: dict[str, Any] = {"known": ABLE, "persona": Persona(), "new_id": lambda: f"id-{next(numbers)}"}
        return ModelStudent(line, embedder, **{**settings, **more})

    yield build
    await client.aclose()
    await settled(lambda: server.open == 0)
    known = {*before, asyncio.current_task()}
    await settled(lambda: all(task in known or task.get_name() == "server" for task in asyncio.all_tasks()))


async def settled(condition: Callable[[], bool], seconds: float = 2.0) -> None:
    """Wait until ``condition`` holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)

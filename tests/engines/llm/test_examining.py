"""gap_identifier: a structured answer by the best way there is, with tools told live."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel, Field

from feynman.domain import Language, ModelAnswerUnusable, ModelRejected, ModelTimedOut, Usage
from feynman.engines.llm import Capabilities, Observation
from feynman.engines.student import Lesson, ToolUse
from tests.engines.llm.conftest import ABLE, FAST, Make, answers, examined, lesson, settled
from tests.engines.llm.server import Answer, Call, Refuse, Say, Server, Silent, Tool, verdict_of

TEXT = "A plant's mass comes from the soil. The green stuff in the leaves takes in sunlight and its energy."
GREEN = "The green stuff in the leaves takes in sunlight and its energy"
COVERED = {"points": [{"point": 1, "status": "covered", "quote": GREEN}], "gaps": []}
GOOD = verdict_of(**COVERED)


class Query(BaseModel):
    """What to look for."""

    query: str = Field(max_length=200)


@dataclass(frozen=True)
class Offered:
    """A tool on offer."""

    name: str
    description: str
    arguments: type[BaseModel] = Query


class Shelf:
    """Two tools: one finds something, the other fails; both may be held."""

    def __init__(self, hold: asyncio.Event | None = None, text: str = "nothing new") -> None:
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.running = 0
        self.most = 0
        self._hold = hold
        self._text = text

    def offers(self, language: Language) -> Sequence[Offered]:
        """Both."""
        return [Offered(name, f"{name} ({language})") for name in ("look_up", "fails")]

    async def run(self, name: str, arguments: Mapping[str, Any], lesson: Lesson) -> Observation:
        """Run one."""
        assert lesson.explanation.learner_id == "ada"
        self.calls.append((name, arguments))
        self.running += 1
        self.most = max(self.most, self.running)
        if self._hold is not None:
            await self._hold.wait()
        self.running -= 1
        return Observation(text=self._text, failed=name == "fails")


def steps(*given: Answer) -> Any:  # noqa: ANN401 # a script
    """One answer after the other."""
    left = list(given)
    return lambda _: left.pop(0)


@pytest.mark.parametrize(
    ("structured", "way", "answer"),
    [
        ("json_schema", "json_schema", Say(GOOD)),
        ("function_calling", "tools", Tool([("verdict", COVERED)])),
        ("json_mode", "json_object", Say(GOOD)),
        ("prompt", "plain", Say(f"<think>hm</think>Sure! Here it is:\n```json\n{GOOD[:-1]},}}\n```\nAnything else?")),
    ],
)  # fmt: skip
async def test_each_way_to_a_structured_answer(
    structured: Any, way: str, answer: Answer, server: Server, make: Make  # noqa: ANN401 # a literal
) -> None:  # fmt: skip
    """The request is of the way that works there, and the answer is read."""
    server.script = lambda _: answer
    known = Capabilities(structured=structured)
    found, analysis = await examined(make(known=known), lesson(TEXT))
    assert [entry.status for entry in analysis.coverage] == ["covered", "missing", "missing"]
    assert [call.way for call in server.calls] == [way]
    assert next(finding for finding in found if isinstance(finding, Usage)).cost == pytest.approx(0.0004)


async def test_the_schema_sent_is_strict(server: Server, make: Make) -> None:
    """All fields are required and no others allowed, at every depth, without references."""
    server.script = lambda _: Say(GOOD)
    await examined(make(), lesson(TEXT))
    wanted = server.calls[0].body["response_format"]["json_schema"]

    def check(node: Any) -> None:  # noqa: ANN401 # JSON
        if isinstance(node, dict):
            assert not {"$ref", "default", "maximum", "title"} & set(node) - {"properties"}
            if node.get("type") == "object":
                assert node["required"] == list(node["properties"])
                assert node["additionalProperties"] is False
            for part in node.values():
                check(part)
        elif isinstance(node, list):
            for part in node:
                check(part)

    assert wanted["strict"] is True
    check(wanted["schema"])


async def test_a_way_that_is_refused_is_not_tried_again(server: Server, make: Make) -> None:
    """The next one is used, and remembered."""
    server.script = lambda call: Refuse(400) if call.way in ("json_schema", "tools") else Say(GOOD)
    student = make()
    await examined(student, lesson(TEXT))
    await examined(student, lesson(TEXT))
    assert [call.way for call in server.calls] == ["json_schema", "tools", "json_object", "json_object"]


async def test_a_server_that_refuses_everything(server: Server, make: Make) -> None:
    """The refusal itself is the error."""
    server.script = lambda _: Refuse(400)
    with pytest.raises(ModelRejected):
        await examined(make(), lesson(TEXT))


async def test_an_answer_that_can_not_be_read_is_repaired(server: Server, make: Make) -> None:
    """One more call, with the answer that was wrong and the form that is wanted."""
    server.script = steps(Say("I think it is fine."), Say(GOOD))
    _, analysis = await examined(make(), lesson(TEXT))
    assert analysis.coverage[0].status == "covered"
    assert "I think it is fine." in server.calls[1].text
    assert '"additionalProperties"' in server.calls[1].text


async def test_tools_are_told_live_and_run_at_once(server: Server, make: Make) -> None:
    """Two calls of one step run side by side; each is told when it begins and how it ends, before the verdict."""
    hold = asyncio.Event()
    shelf = Shelf(hold)
    calls = [("look_up", {"query": "soil"}), ("fails", {"query": "air"})]
    server.script = steps(Tool(calls), Tool([("verdict", COVERED)]))
    findings = make(tools=shelf, timeouts=FAST.model_copy(update={"whole": 20.0})).examine(lesson(TEXT))
    uses: list[ToolUse] = []
    async for finding in findings:
        if isinstance(finding, ToolUse):
            uses.append(finding)
            if len(uses) == 2:
                await settled(lambda: shelf.running == 2)
                hold.set()
    assert [(use.tool, use.state) for use in uses[:2]] == [("look_up", "started"), ("fails", "started")]
    ended = {use.tool: use for use in uses[2:]}
    assert {name: use.state for name, use in ended.items()} == {"look_up": "finished", "fails": "failed"}
    assert all(use.seconds is not None and use.seconds >= 0 for use in ended.values())
    assert {use.call_id for use in uses[:2]} == {use.call_id for use in uses[2:]}
    assert shelf.most == 2
    assert "<result_of_look_up>\nnothing new\n</result_of_look_up>" in server.calls[1].text


async def test_tools_and_schema_in_one_request(server: Server, make: Make) -> None:
    """Where the endpoint can do both, the answer comes by schema and the tools are strict too."""
    server.script = steps(Tool([("look_up", {"query": "soil"})]), Say(GOOD))
    _, analysis = await examined(
        make(tools=Shelf(), known=ABLE.model_copy(update={"tools_with_schema": True})), lesson(TEXT)
    )
    assert analysis.coverage[0].status == "covered"
    assert [call.way for call in server.calls] == ["json_schema", "json_schema"]
    assert all(tool["function"]["strict"] for tool in server.calls[0].body["tools"])


async def test_an_agents_answer_in_prose_is_repaired(server: Server, make: Make) -> None:
    """As an answer without tools is."""
    server.script = steps(Say("Well, it is fine."), Say(GOOD))
    known = ABLE.model_copy(update={"tools_with_schema": True})
    _, analysis = await examined(make(tools=Shelf(), known=known), lesson(TEXT))
    assert analysis.coverage[0].status == "covered"


async def test_an_agent_comes_to_an_end(server: Server, make: Make) -> None:
    """A model that only calls tools is stopped: its last step has none, and calls are counted."""
    shelf = Shelf()
    server.script = lambda _: Tool([("look_up", {"query": "again"})] * 3)
    with pytest.raises(ModelAnswerUnusable):
        await examined(make(tools=shelf), lesson(TEXT))
    assert len(server.calls) <= 6
    assert len(shelf.calls) <= 8
    offered = [[tool["function"]["name"] for tool in call.body.get("tools", ())] for call in server.calls]
    assert offered[0] == ["look_up", "fails", "verdict"]
    assert offered[4] == ["verdict"]


async def test_a_tool_nobody_offered_does_nothing(server: Server, make: Make) -> None:
    """An invented tool is an observation and is not told."""
    shelf = Shelf()
    server.script = steps(Tool([("delete_everything", {"query": "all"})]), Say(GOOD))
    known = ABLE.model_copy(update={"tools_with_schema": True})
    found, _ = await examined(make(tools=shelf, known=known), lesson(TEXT))
    assert shelf.calls == []
    assert not [finding for finding in found if isinstance(finding, ToolUse)]
    assert "no such tool" in server.calls[1].text


async def test_a_server_without_tools_is_asked_without(server: Server, make: Make) -> None:
    """When tools are refused after all, one structured call answers, now and from then on."""
    server.script = lambda call: Refuse(400) if call.way == "tools" else Say(GOOD)
    student = make(tools=Shelf())
    await examined(student, lesson(TEXT))
    await examined(student, lesson(TEXT))
    assert [call.way for call in server.calls] == ["tools", "json_schema", "json_schema"]


async def test_cancelling_reaches_a_tool(server: Server, make: Make) -> None:
    """A turn that is stopped while a tool runs leaves neither."""
    shelf = Shelf(asyncio.Event())
    server.script = lambda _: Tool([("look_up", {"query": "soil"})])
    findings = make(tools=shelf, timeouts=FAST.model_copy(update={"whole": 20.0})).examine(lesson(TEXT))
    async for finding in findings:
        if isinstance(finding, ToolUse):
            break
    await findings.aclose()
    assert len(server.calls) == 1


async def test_findings_come_only_when_all_is_known(server: Server, make: Make) -> None:
    """Nothing half-done is told when the model fails on the way."""
    server.script = steps(Tool([("look_up", {"query": "soil"})]), Silent())
    told: list[object] = []

    async def listen() -> None:
        async for finding in make(tools=Shelf()).examine(lesson(TEXT)):
            told.append(finding)  # noqa: PERF401 # what came before the error counts

    with pytest.raises(ModelTimedOut):
        await listen()
    assert {type(finding) for finding in told} <= {ToolUse, Usage}


async def test_the_first_turn_finds_out_what_works(server: Server, make: Make) -> None:
    """Capabilities that nobody knows are probed once, also for turns at the same time."""

    def script(call: Call) -> Answer:
        return answers(GOOD)(call) if "explanation" in call.text else Say("Hello there")

    server.script = script
    student = make(known=None)
    await asyncio.gather(*(examined(student, lesson(TEXT)) for _ in range(3)))
    assert len([call for call in server.calls if call.path.endswith("/models")]) == 1
    assert (await student.capabilities()).models == ("scripted-1", "scripted-2")

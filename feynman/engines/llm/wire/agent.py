"""The gap finder as a ReAct agent: the model may use tools, several at once, for a limited number of steps."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from langchain.agents import create_agent
from langchain.agents.middleware import ToolCallRequest
from langchain.agents.middleware.types import AgentMiddleware, InputAgentState, ModelRequest, ModelResponse
from langchain.agents.structured_output import ProviderStrategy, StructuredOutputError, ToolStrategy
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import StructuredTool
from pydantic import BaseModel

from feynman.domain import ModelAnswerUnusable
from feynman.engines.llm.line import Line, Messages, Note
from feynman.engines.llm.prompts import Prompts
from feynman.engines.llm.schema import strict_schema
from feynman.engines.llm.tools import Observation, Offer, Outcome
from feynman.engines.llm.wire.faults import translated
from feynman.engines.student import ToolUse
from feynman.observability.genai import AGENT_NAME, OPERATION_NAME, PROVIDER_NAME, REQUEST_MODEL, TOOL_NAME
from feynman.observability.tracing import fail, span

__all__ = ["Errand", "run"]

_STEPS: Final = 5  # calls of the model; the last has no tools
_CALLS: Final = 8  # calls of tools in all

Act = Callable[[str, dict[str, Any]], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Errand:
    """What the agent is given for one turn: its tools, who runs them, and who is told."""

    offers: tuple[Offer, ...]
    act: Act
    tell: Callable[[ToolUse], None]
    note: Note
    words: Prompts
    key: str
    new_id: Callable[[], str]
    with_schema: bool


class _Watch(AgentMiddleware[Any, Any, Any]):
    """Counts steps, sends each call of the model over the line, and runs and tells each call of a tool."""

    def __init__(self, line: Line, errand: Errand) -> None:
        super().__init__()
        self._line = line
        self._errand = errand
        self._names = {offer.name for offer in errand.offers}
        self._steps = 0
        self._calls = 0

    async def awrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]
    ) -> ModelResponse[Any]:
        """Make one call; the last one has to answer."""
        self._steps += 1
        if self._steps > _STEPS:
            raise ModelAnswerUnusable("no answer within the steps")
        if self._steps == _STEPS:
            enough = HumanMessage(self._errand.words.answer_now())
            request = request.override(tools=[], messages=[*request.messages, enough])

        async def invoke() -> ModelResponse[Any]:
            try:
                return await handler(request)
            except StructuredOutputError as error:  # read with more patience afterwards
                return ModelResponse(result=[error.ai_message])

        return await self._line.guarded(invoke, _said, key=self._errand.key, note=self._errand.note)

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[Any]]
    ) -> ToolMessage:
        """Run one call; what went wrong is an observation."""
        del handler
        call = request.tool_call
        observation = await self._observe(call["name"], call["args"])
        name = call["name"] if call["name"] in self._names else "unknown"
        return ToolMessage(
            content=self._errand.words.tool_result(name, observation.text),
            tool_call_id=call["id"] or "",
            name=call["name"],
            status="error" if observation.failed else "success",
        )

    async def _observe(self, name: str, arguments: dict[str, Any]) -> Outcome:
        self._calls += 1
        if name not in self._names:
            return Observation(text="there is no such tool", failed=True)
        if self._calls > _CALLS:
            return Observation(text="no more calls", failed=True)
        call_id, started = self._errand.new_id(), time.perf_counter()
        self._errand.tell(ToolUse(call_id=call_id, tool=name, state="started"))
        with span(f"execute_tool {name}", **{OPERATION_NAME: "execute_tool", TOOL_NAME: name}):
            observation = await self._errand.act(name, arguments)
            if observation.failed:
                fail("tool_failed")
        seconds = time.perf_counter() - started
        state = "failed" if observation.failed else "finished"
        self._errand.tell(ToolUse(call_id=call_id, tool=name, state=state, seconds=seconds))
        return observation


async def run(line: Line, messages: Messages, model: type[BaseModel], errand: Errand) -> AIMessage:
    """Let the agent work and return its last message, in which the answer is.

    Raises:
        ModelError, ServiceUnavailable: the model failed or found no end.
    """
    tools = [
        StructuredTool(
            name=offer.name,
            description=offer.description,
            args_schema={"title": offer.name, **strict_schema(offer.arguments)},
            coroutine=_unused,
        )
        for offer in errand.offers
    ]
    schema = {"title": model.__name__.lower(), "description": model.__doc__ or "", **strict_schema(model)}
    form: ProviderStrategy[Any] | ToolStrategy[Any] = (
        ProviderStrategy(schema, strict=True) if errand.with_schema else ToolStrategy(schema)
    )
    name = "gap_identifier"
    attributes = {
        OPERATION_NAME: "invoke_agent",
        AGENT_NAME: name,
        PROVIDER_NAME: line.endpoint.provider,
        REQUEST_MODEL: line.endpoint.model,
    }
    with span(f"invoke_agent {name}", **attributes), translated():
        agent = create_agent(line.chat, tools, middleware=[_Watch(line, errand)], response_format=form)
        start: InputAgentState = {"messages": [{"role": role, "content": text} for role, text in messages]}
        state = await agent.ainvoke(start)
        answers = [message for message in state["messages"] if isinstance(message, AIMessage)]
        return answers[-1]


async def _unused() -> str:
    raise AssertionError("calls are run by the middleware")


def _said(response: ModelResponse[Any]) -> AIMessage:
    return next(message for message in response.result if isinstance(message, AIMessage))

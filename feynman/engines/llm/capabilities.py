"""What an endpoint can do: found out once, remembered, corrected when it turns out otherwise."""

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from pydantic import BaseModel

from feynman.domain import Frozen, ModelAnswerUnusable, ModelRejected, ModelUnreachable
from feynman.engines.llm.line import Line, Note
from feynman.engines.llm.schema import strict_schema

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

__all__ = ["Abilities", "Capabilities", "Structured", "options_for", "probe"]

Structured = Literal["json_schema", "function_calling", "json_mode", "prompt"]
"""The ways to a structured answer, the best first."""

_KEY: Final = "probe"
_ASK: Final = [("human", "How many legs has a cat?")]
_ASK_JSON: Final = [("human", "How many legs has a cat? Answer in JSON.")]
_SAY: Final = [("human", "Say hello.")]
# Some servers answer so to a parameter they can't work with; that they work at all was seen before.
_REFUSALS: Final = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.NOT_IMPLEMENTED)
_TOKENS: Final = 1_000  # enough for a reasoning model's thoughts about a cat


class Capabilities(Frozen):
    """What works. ``tools_with_schema`` is tools and JSON schema in one request, ``time_to_first_token`` in seconds."""

    models: tuple[str, ...] = ()
    structured: Structured = "prompt"
    tools: bool = False
    tools_with_schema: bool = False
    stream_usage: bool = False
    time_to_first_token: float | None = None


class _Legs(BaseModel):
    """The answer to a question about legs."""

    legs: int


class Abilities:
    """The capabilities of one line; the first who asks finds them out, those who come meanwhile wait."""

    def __init__(self, line: Line, known: Capabilities | None = None) -> None:
        self._line = line
        self._known = known
        self._asking = asyncio.Lock()

    async def get(self, note: Note) -> Capabilities:
        """Return them.

        Raises:
            ModelError, ServiceUnavailable: the endpoint can't be used at all; nothing is remembered.
        """
        async with self._asking:
            if self._known is None:
                self._known = await probe(self._line, note)
            return self._known

    def without(self, **lost: object) -> None:
        """Remember that something does not work after all."""
        if self._known is not None:
            self._known = self._known.model_copy(update=lost)

    def step_down(self, tried: Structured) -> Structured | None:
        """Remember that ``tried`` does not work and return the next way, ``None`` after the last."""
        ways = get_args(Structured)
        following = ways[ways.index(tried) + 1 :]
        if following:
            self.without(structured=following[0])
        return following[0] if following else None


async def probe(line: Line, note: Note = lambda _: None) -> Capabilities:
    """Try everything with tiny requests, one after the other.

    Raises:
        ModelError, ServiceUnavailable: the endpoint can't be used at all.
    """
    models = await _models(line)
    stream_usage, first = await _stream(line, note)
    schema = await _works(line, note, _ASK, options_for("json_schema", _Legs))
    tools = await _works(line, note, _ASK, options_for("function_calling", _Legs), called=True)
    both = schema and tools and await _works(line, note, _ASK, _both())
    json_mode = not schema and not tools and await _works(line, note, _ASK_JSON, options_for("json_mode", _Legs))
    ways: dict[Structured, bool] = {"json_schema": schema, "function_calling": tools, "json_mode": json_mode}
    return Capabilities(
        models=models,
        structured=next((way for way, works in ways.items() if works), "prompt"),
        tools=tools,
        tools_with_schema=both,
        stream_usage=stream_usage,
        time_to_first_token=first,
    )


def options_for(way: Structured, model: type[BaseModel]) -> dict[str, Any]:
    """Return the request's parameters that ask for an answer in the form of ``model``."""
    name, schema = model.__name__.strip("_").lower(), strict_schema(model)
    match way:
        case "json_schema":
            wanted = {"name": name, "schema": schema, "strict": True}
            return {"response_format": {"type": "json_schema", "json_schema": wanted}}
        case "function_calling":
            function = {"name": name, "description": model.__doc__ or name, "parameters": schema}
            return {
                "tools": [{"type": "function", "function": function}],
                "tool_choice": {"type": "function", "function": {"name": name}},
            }
        case "json_mode":
            return {"response_format": {"type": "json_object"}}
        case "prompt":
            return {}


def _both() -> dict[str, Any]:
    tool = {**options_for("function_calling", _Legs)["tools"][0]["function"], "strict": True}
    return {**options_for("json_schema", _Legs), "tools": [{"type": "function", "function": tool}]}


def _limit(line: Line) -> dict[str, Any]:
    """OpenAI's newer models refuse ``max_tokens``, other servers know nothing else; langchain renames it unasked."""
    if line.endpoint.provider == "openai":
        return {"max_completion_tokens": _TOKENS}
    return {"extra_body": {"max_tokens": _TOKENS}}


async def _models(line: Line) -> tuple[str, ...]:
    try:
        return await line.models()
    except (ModelRejected, ModelAnswerUnusable):  # not every server lists its models
        return ()


async def _stream(line: Line, note: Note) -> tuple[bool, float | None]:
    for with_usage in (True, False):
        firsts: list[float | None] = []
        counted: list[bool] = []

        def keep(usage: Any, firsts: list[float | None] = firsts, counted: list[bool] = counted) -> None:  # noqa: ANN401 # a Usage
            firsts.append(usage.time_to_first_token)
            counted.append(usage.input_tokens > 0)
            note(usage)

        try:
            async for _ in line.stream(_SAY, key=_KEY, note=keep, with_usage=with_usage):
                pass
        except ModelRejected:
            if not with_usage:
                raise
        else:
            return with_usage and any(counted), next(iter(firsts), None)
    raise AssertionError("the second attempt returns or raises")


async def _works(
    line: Line, note: Note, messages: list[tuple[str, str]], options: dict[str, Any], *, called: bool = False
) -> bool:
    try:
        message = await line.complete(messages, key=_KEY, note=note, options={**options, **_limit(line)})
    except (ModelRejected, ModelAnswerUnusable):
        return False
    except ModelUnreachable as error:
        if getattr(error.__cause__, "status_code", None) in _REFUSALS:
            return False
        raise
    return _calls(message) if called else _is_object(message)


def _calls(message: "AIMessage") -> bool:
    return any(isinstance(call["args"].get("legs"), int) for call in message.tool_calls)


def _is_object(message: "AIMessage") -> bool:
    if message.tool_calls:
        return True
    return str(message.text).strip().startswith("{")

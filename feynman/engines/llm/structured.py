"""One answer in a given form, by the best way that the endpoint has."""

import json
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from feynman.domain import ModelAnswerUnusable, ModelRejected
from feynman.engines.llm.capabilities import Abilities, Structured, options_for
from feynman.engines.llm.extract import extracted
from feynman.engines.llm.line import Line, Messages, Note
from feynman.engines.llm.prompts import Prompts
from feynman.engines.llm.schema import strict_schema

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

__all__ = ["Asker", "read"]

M = TypeVar("M", bound=BaseModel)


class Asker:
    """Asks over ``line``; a way that the endpoint refuses is not tried again."""

    def __init__(self, line: Line, abilities: Abilities) -> None:
        self._line = line
        self._abilities = abilities

    async def ask(self, messages: Messages, model: type[M], words: Prompts, *, key: str, note: Note) -> M:
        """Return the answer; one that can't be read is asked for once more.

        Raises:
            ModelError, ServiceUnavailable: there is none.
        """
        way: Structured | None = (await self._abilities.get(note)).structured
        while way is not None:
            try:
                return await self._by(way, messages, model, words, key=key, note=note)
            except ModelRejected:
                refused, way = way, self._abilities.step_down(way)
                if refused == "prompt":
                    raise
        raise AssertionError("the last way returns or raises")

    async def repaired(
        self, messages: Messages, said: str, model: type[M], words: Prompts, *, key: str, note: Note
    ) -> M:
        """Ask once more for an answer that could not be read.

        Raises:
            ModelAnswerUnusable: it can't be read again.
            ModelError, ServiceUnavailable: there is none.
        """
        again = [*messages, ("ai", said or "…"), ("human", words.repair("no object by the schema"))]
        answer = read(await self._line.complete(_in_json(again, model, words), key=key, note=note), model)
        if answer is None:
            raise ModelAnswerUnusable("the answer has not the form that was asked for, twice")
        return answer

    async def _by(
        self, way: Structured, messages: Messages, model: type[M], words: Prompts, *, key: str, note: Note
    ) -> M:
        asked = messages if way in ("json_schema", "function_calling") else _in_json(messages, model, words)
        try:
            message = await self._line.complete(asked, key=key, note=note, options=options_for(way, model))
            answer, said = read(message, model), str(message.text)
        except ModelAnswerUnusable:
            answer, said = None, ""
        if answer is not None:
            return answer
        return await self.repaired(messages, said, model, words, key=key, note=note)


def read(message: "AIMessage", model: type[M]) -> M | None:
    """Read a message's tool call or text as ``model``; ``None`` when neither is one."""
    texts = [json.dumps(call["args"]) for call in message.tool_calls]
    texts += [call["args"] or "" for call in message.invalid_tool_calls]
    return next((answer for text in [*texts, str(message.text)] if (answer := extracted(text, model))), None)


def _in_json(messages: Messages, model: type[BaseModel], words: Prompts) -> Messages:
    schema = json.dumps(strict_schema(model), ensure_ascii=False)
    return [*messages[:-1], (messages[-1][0], f"{messages[-1][1]}\n{words.in_json(schema)}")]

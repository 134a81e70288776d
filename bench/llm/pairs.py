"""The first token of the question call, ours and the bare client's by turns."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any, Final, Literal, cast

import openai

from bench.feynbench.cases import Case
from bench.feynbench.examine import lesson
from feynman.domain import ModelError, Usage
from feynman.engines.llm import Line, ModelStudent, Persona
from feynman.engines.llm.choosing import aim_of, choose, conversation_of
from feynman.engines.llm.prompts import prompts
from feynman.engines.student import Analysis, Lesson, Student
from feynman.workflow.asides import ASIDES
from feynman.workflow.findings import Findings

__all__ = ["Firsts", "first_tokens"]

_ROLES: Final[dict[str, Literal["system", "user"]]] = {"system": "system", "human": "user"}
_PATIENCE: Final = 1.0  # seconds to hear a stream out, which keeps its connection; the student has the same


@dataclass(slots=True)
class Firsts:
    """Seconds to the first token, by call.

    ``bare`` is the client's, ``line`` ours where the words arrive, ``word`` ours where they leave the student: behind
    the guard, which holds back what can still become something that must not be said.
    """

    bare: list[float] = field(default_factory=list)
    line: list[float] = field(default_factory=list)
    word: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """Ours at the line to the client's, pair by pair."""
        return [ours / bare for ours, bare in zip(self.line, self.bare, strict=True)]

    @property
    def differences(self) -> list[float]:
        """Seconds that ours takes longer, pair by pair."""
        return [ours - bare for ours, bare in zip(self.line, self.bare, strict=True)]


async def first_tokens(
    client: openai.AsyncOpenAI, line: Line, student: ModelStudent, builtin: Student, given: Sequence[Case], pairs: int
) -> Firsts:
    """Make ``pairs`` question calls each way, alternating which comes first; the topic's name differs within a pair.

    So each reads a prompt that the endpoint has not seen before (but its beginning), as often first as second.
    """
    measured = Firsts()
    for number, case in enumerate(islice(cycle(given), pairs + 1)):
        one = Firsts()
        for ours in (True, False) if number % 2 else (False, True):
            turn = _varied(lesson(case), f"{number}{'ab'[ours]}")
            analysis = await _analysis(builtin, turn)
            if ours:
                await _ours(student, turn, analysis, one)
            else:
                await _bare(client, line.endpoint.model, turn, analysis, one)
        if number > 0 and one.line and one.bare:  # the first warms both up
            measured.bare += one.bare
            measured.line += one.line
            measured.word += one.word
    return measured


async def _ours(student: ModelStudent, turn: Lesson, analysis: Analysis, into: Firsts) -> None:
    begun = time.perf_counter()
    async with aclosing(student.reply(turn, analysis)) as pieces:
        with suppress(ModelError):  # a small model does not always stay a student; its first token came
            async for piece in pieces:
                if isinstance(piece, str) and not into.word:
                    into.word.append(time.perf_counter() - begun)
                elif isinstance(piece, Usage) and piece.time_to_first_token is not None:
                    into.line.append(piece.time_to_first_token)


async def _bare(client: openai.AsyncOpenAI, model: str, turn: Lesson, analysis: Analysis, into: Firsts) -> None:
    messages: Any = _messages(turn, analysis)
    begun = time.perf_counter()
    stream = await client.chat.completions.create(model=model, messages=messages, stream=True)
    async with stream:
        async for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                into.bare.append(time.perf_counter() - begun)
                break
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                async for _ in stream:
                    pass


def _messages(turn: Lesson, analysis: Analysis) -> list[dict[str, str]]:
    """The question call's messages, as the student makes them."""
    words, gap = prompts(turn.explanation.language), choose(turn, analysis)
    aim = None if gap is None else aim_of(gap, turn, analysis)
    return [
        {"role": _ROLES["system"], "content": words.reply_system(Persona(), asking=aim is not None)},
        {"role": _ROLES["human"], "content": words.reply_request(conversation_of(turn, analysis), aim)},
    ]


def _varied(turn: Lesson, mark: str) -> Lesson:
    explanation = turn.explanation.model_copy(update={"topic": f"{turn.explanation.topic} {mark}"})
    return turn.model_copy(update={"explanation": explanation})


async def _analysis(builtin: Student, turn: Lesson) -> Analysis:
    findings = Findings(turn)
    async for finding in builtin.examine(turn):
        if not isinstance(finding, ASIDES):
            findings.add(cast("Any", finding))
    return findings.analysis()

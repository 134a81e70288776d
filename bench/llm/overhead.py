"""What the product adds to the first token, against the bare ``openai`` client on the same endpoint."""

import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import cycle, islice
from statistics import median
from typing import Any, Final, Literal, cast

import openai

from bench.feynbench.cases import Case
from bench.feynbench.examine import lesson
from feynman.domain import Language, Usage
from feynman.engines.llm import Endpoint, Line, ModelStudent, Persona
from feynman.engines.llm.choosing import aim_of, choose, conversation_of
from feynman.engines.llm.prompts import prompts
from feynman.engines.student import Analysis, Lesson, Student
from feynman.workflow.asides import ASIDES
from feynman.workflow.findings import Findings

__all__ = ["Overhead", "compare"]

_ROLES: Final[dict[str, Literal["system", "user"]]] = {"system": "system", "human": "user"}


@dataclass(slots=True)
class Overhead:
    """Seconds to the first token, by call.

    ``bare`` is the client's, ``line`` ours where the words arrive, ``word`` ours where they leave the student: behind
    the guard, which holds back what can still become something that must not be said.
    """

    bare: list[float] = field(default_factory=list)
    line: list[float] = field(default_factory=list)
    word: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Our median at the line to the client's."""
        return median(self.line) / median(self.bare)


async def compare(
    client: openai.AsyncOpenAI, line: Line, student: ModelStudent, builtin: Student, given: Sequence[Case], pairs: int
) -> Overhead:
    """Make ``pairs`` question calls each way, alternating which comes first; prompts are the same within a pair only.

    So each reads a prompt that the endpoint has not seen before (but its beginning), as often first as second.
    """
    measured = Overhead()
    for number, case in enumerate(islice(cycle(given), pairs + 1)):
        ours, bare = Overhead(), Overhead()
        steps = [(_ours, ours, "a"), (_bare, bare, "b")]
        for step, into, mark in steps if number % 2 else reversed(steps):
            turn = _varied(lesson(case), f"{number}{mark}")
            analysis = await _analysis(builtin, turn)
            if step is _ours:
                await _ours(line, student, turn, analysis, into)
            else:
                await _bare(client, line.endpoint, turn, analysis, into)
        if number > 0 and ours.word and bare.bare:  # the first warms both up
            measured.bare += bare.bare
            measured.line += ours.line
            measured.word += ours.word
    return measured


async def _ours(_: Line, student: ModelStudent, turn: Lesson, analysis: Analysis, into: Overhead) -> None:
    begun = time.perf_counter()
    async with aclosing(student.reply(turn, analysis)) as pieces:
        async for piece in pieces:
            if isinstance(piece, str) and not into.word:
                into.word.append(time.perf_counter() - begun)
            elif isinstance(piece, Usage) and piece.time_to_first_token is not None:
                into.line.append(piece.time_to_first_token)


async def _bare(
    client: openai.AsyncOpenAI, endpoint: Endpoint, turn: Lesson, analysis: Analysis, into: Overhead
) -> None:
    messages: Any = [
        {"role": _ROLES[role], "content": text} for role, text in _messages(turn, analysis, turn.explanation.language)
    ]
    begun = time.perf_counter()
    stream = await client.chat.completions.create(model=endpoint.model, messages=messages, stream=True)
    async with stream:
        async for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content and not into.bare:
                into.bare.append(time.perf_counter() - begun)


def _messages(turn: Lesson, analysis: Analysis, language: Language) -> list[tuple[str, str]]:
    """The question call's messages, as the student makes them."""
    words, gap = prompts(language), choose(turn, analysis)
    aim = None if gap is None else aim_of(gap, turn, analysis)
    return [
        ("system", words.reply_system(Persona(), asking=aim is not None)),
        ("human", words.reply_request(conversation_of(turn, analysis), aim)),
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

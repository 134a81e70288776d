"""Processor time of whole turns, against the same requests by the bare client."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2
import openai

from bench.feynbench.cases import Case
from bench.feynbench.examine import lesson
from bench.llm.talk import Talk
from feynman.domain import ModelError
from feynman.engines.llm import ModelStudent

__all__ = ["Work", "own_work"]


@dataclass(slots=True)
class Work:
    """Seconds of processor time by turn, all threads together: the ``turn``, and the ``bare`` client's same calls."""

    turn: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    @property
    def own(self) -> list[float]:
        """What a turn takes besides, turn by turn."""
        return [turn - bare for turn, bare in zip(self.turn, self.bare, strict=True)]


async def own_work(
    client: openai.AsyncOpenAI,
    pool: httpx2.AsyncClient,
    student: ModelStudent,
    given: Sequence[Case],
    prepare: Callable[[Case], None],
) -> Work:
    """Run a first turn of each case through the workflow, and after each its requests once more by ``client``.

    ``pool`` are the student's connections. What ``prepare`` does before a turn is not counted.
    """
    work, sent = Work(), _Sent()
    pool.event_hooks = {"request": [sent.keep], "response": []}
    for number, case in enumerate(given):
        talk = Talk(student, lesson(case).reference, case.language)
        prepare(case)
        sent.bodies.clear()
        begun = time.process_time()
        try:
            await talk.say(case.text)
        except ModelError:  # what is said for all topics may give away something of one
            continue
        turn = time.process_time() - begun
        begun = time.process_time()
        for body in sent.bodies:
            await _again(client, body)
        if number > 1:  # the first of each language warm both up
            work.turn.append(turn)
            work.bare.append(time.process_time() - begun)
    return work


class _Sent:
    """The bodies of requests."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []

    async def keep(self, request: httpx2.Request) -> None:
        self.bodies.append(json.loads(request.content))


async def _again(client: openai.AsyncOpenAI, body: dict[str, Any]) -> None:
    answer = await client.chat.completions.create(**body)
    if body.get("stream"):
        async with answer as stream:
            async for _ in stream:
                pass

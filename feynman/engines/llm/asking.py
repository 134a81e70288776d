"""question_generator: the model's words, streamed through the guard."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from feynman.domain import FeynmanError, ModelAnswerUnusable, ModelError, Question, ServiceUnavailable, Usage
from feynman.engines.llm.capabilities import Abilities
from feynman.engines.llm.choosing import aim_of, choose, conversation_of
from feynman.engines.llm.guard import Guard, guard_for
from feynman.engines.llm.line import Line, Messages
from feynman.engines.llm.persona import Persona
from feynman.engines.llm.prompts import prompts
from feynman.engines.student import Analysis, Aside, Lesson, Thinking

__all__ = ["Questioner"]

_PATIENCE: Final = 1.0  # seconds for a stream to come to its end by itself, which tells the tokens used


class Questioner:
    """Replies over ``line`` as ``persona``."""

    def __init__(self, line: Line, abilities: Abilities, persona: Persona) -> None:
        self._line = line
        self._abilities = abilities
        self._persona = persona

    async def reply(self, lesson: Lesson, analysis: Analysis) -> AsyncGenerator[str | Question | Aside, None]:
        """Yield the reply as it comes, what it used, and last the question it ended in.

        Raises:
            ModelError, ServiceUnavailable: the model failed or did not stay a student; what was yielded may stand.
        """
        gap = choose(lesson, analysis)
        aim = None if gap is None else aim_of(gap, lesson, analysis)
        words = prompts(lesson.explanation.language)
        messages = [
            ("system", words.reply_system(self._persona, asking=aim is not None)),
            ("human", words.reply_request(conversation_of(lesson, analysis), aim)),
        ]
        used: list[Usage] = []
        guard = await asyncio.to_thread(guard_for, lesson, analysis, asking=gap is not None)
        failure: FeynmanError | None = None
        async with aclosing(self._spoken(messages, guard, lesson, used)) as pieces:
            try:
                async for piece in pieces:
                    yield piece
            except (ModelError, ServiceUnavailable) as error:
                failure = error
        for usage in used:
            yield usage
        if failure is not None:
            raise failure
        if guard.broken is not None:
            raise guard.broken
        if gap is not None and aim is not None and guard.question is not None:
            yield Question(text=guard.question, gap_id=gap.id, depth=aim.depth)

    async def _spoken(
        self, messages: Messages, guard: Guard, lesson: Lesson, used: list[Usage]
    ) -> AsyncGenerator[str | Aside, None]:
        able = await self._abilities.get(used.append)
        stream = self._line.stream(
            messages, key=lesson.explanation.session_id, note=used.append, with_usage=able.stream_usage
        )
        async with aclosing(stream):
            said = False
            async for piece in stream:
                if isinstance(piece, Thinking):
                    yield piece
                    continue
                text = guard.feed(piece)
                said = said or bool(text.strip())
                if text:
                    yield text
                if guard.broken is not None:
                    return
                if guard.done:
                    await _drained(stream)
                    return
            text = guard.finish()
            if text:
                yield text
            if not said and not text.strip() and guard.broken is None:
                raise ModelAnswerUnusable("nothing was said")


async def _drained(stream: AsyncGenerator[str | Thinking, None]) -> None:
    """Hear a stream out that has said enough, for a moment; how it ends does not matter any more."""
    try:
        async with asyncio.timeout(_PATIENCE):
            async for _ in stream:
                pass
    except (TimeoutError, ModelError):
        return

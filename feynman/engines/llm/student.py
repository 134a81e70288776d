"""The student that a language model plays."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import get_args
from uuid import uuid4

from feynman.domain import Language, Question
from feynman.engines.llm.asking import Questioner
from feynman.engines.llm.capabilities import Abilities, Capabilities
from feynman.engines.llm.finder import Finder
from feynman.engines.llm.line import Line
from feynman.engines.llm.live import told
from feynman.engines.llm.persona import Persona
from feynman.engines.llm.prompts import prompts
from feynman.engines.llm.tools import NoTools, Tools
from feynman.engines.llm.verify import Encoder
from feynman.engines.student import Analysis, Aside, Finding, Lesson
from feynman.text import tokens

__all__ = ["ModelStudent"]


def _hex_id() -> str:
    return uuid4().hex


class ModelStudent:
    """Examines and asks over ``line``; what the model says is verified and guarded, what it can't do is an error.

    ``known`` are the endpoint's capabilities if they were found out already, else the first turn finds them out;
    ``abilities`` remembers them, also for ``summarise``.
    """

    def __init__(
        self,
        line: Line,
        encoder: Encoder,
        *,
        name: str = "openai",
        tools: Tools | None = None,
        persona: Persona | None = None,
        known: Capabilities | None = None,
        new_id: Callable[[], str] = _hex_id,
    ) -> None:
        self._name = name
        self._line = line
        self.abilities = Abilities(line, known)
        self._finder = Finder(line, self.abilities, NoTools() if tools is None else tools, encoder, new_id)
        self._questioner = Questioner(line, self.abilities, Persona() if persona is None else persona)

    @property
    def name(self) -> str:
        """The engine's name as the API reports it."""
        return self._name

    def warm(self) -> None:
        """Import the libraries (seconds) and load the dictionary; nothing is sent."""
        import feynman.engines.llm.wire.agent  # noqa: PLC0415 # only where a model is used

        del feynman
        tokens.warm()
        for language in get_args(Language):
            prompts(language)
        _ = self._line.chat

    async def capabilities(self) -> Capabilities:
        """Find out, once, what the endpoint can do.

        Raises:
            ModelError, ServiceUnavailable: it can't be used.
        """
        return await self.abilities.get(lambda _: None)

    async def examine(self, lesson: Lesson) -> AsyncGenerator[Finding, None]:
        """Yield the use of tools and of the model live, and, when all is verified, the findings.

        Raises:
            ModelError, ServiceUnavailable: there are none; no finding was yielded.
        """

        async def work(tell: Callable[[Finding], None]) -> None:
            await self._finder.find(lesson, tell)

        async with aclosing(told(work)) as findings:
            async for finding in findings:
                yield finding

    async def reply(self, lesson: Lesson, analysis: Analysis) -> AsyncGenerator[str | Question | Aside, None]:
        """Yield the reply as the model says it, what it used, and last the question.

        Raises:
            ModelError, ServiceUnavailable: the model failed or did not stay a student; what was yielded may stand.
        """
        async with aclosing(self._questioner.reply(lesson, analysis)) as pieces:
            async for piece in pieces:
                yield piece

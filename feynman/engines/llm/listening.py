"""Listening to one streamed answer: with deadlines, thoughts kept apart, tokens counted."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from feynman.domain import ModelAnswerUnusable, ModelUnreachable
from feynman.engines.llm.endpoint import Timeouts
from feynman.engines.llm.thoughts import Thoughts
from feynman.engines.student import Thinking

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

__all__ = ["Listener"]

_REASONING = "reasoning_content"


class Listener:
    """Tells what a stream says.

    ``heard`` is whether a word was told, ``tokens`` those of input and output: the server's figures, else the number of
    pieces. ``metadata`` holds the finish reason and the model's name.
    """

    def __init__(self, timeouts: Timeouts, tell: Callable[[str | Thinking], None], clock: Callable[[], float]) -> None:
        self.heard = False
        self.metadata: dict[str, Any] = {}
        self._timeouts = timeouts
        self._tell = tell
        self._clock = clock
        self._thinking_told = False
        self.begin()

    def begin(self) -> None:
        """Forget an attempt that came to nothing."""
        self._thoughts = Thoughts()
        self._started = self._clock()
        self._first: float | None = None
        self._first_word: float | None = None
        self._last = self._started
        self._pieces = 0
        self._usage: tuple[int, int] | None = None
        self.metadata.clear()

    @property
    def counted(self) -> bool:
        """Whether there is anything to account for."""
        return self._pieces > 0 or self._usage is not None

    @property
    def tokens(self) -> tuple[int, int]:
        """Tokens of input and output."""
        return (0, self._pieces) if self._usage is None else self._usage

    @property
    def output_seconds(self) -> float:
        """From the first to the last token, thoughts included."""
        return 0.0 if self._first is None else self._last - self._first

    @property
    def time_to_first_token(self) -> float | None:
        """Seconds to the first word that is no thought."""
        return None if self._first_word is None else self._first_word - self._started

    async def listen(self, stream: AsyncIterator["AIMessageChunk"]) -> None:
        """Take ``stream`` in to its end.

        Raises:
            TimeoutError: no token within the time for the first or the next one.
        """
        loop = asyncio.get_running_loop()
        latest = loop.time() + self._timeouts.whole  # for all thoughts together; words are limited by who listens
        deadline = loop.time() + self._timeouts.first_token
        while True:
            try:
                async with asyncio.timeout_at(deadline if self.heard else min(deadline, latest)):
                    chunk = await anext(stream)
            except StopAsyncIteration:
                break
            if self._take(chunk):
                deadline = loop.time() + self._timeouts.between_tokens
        self._say(self._thoughts.finish())

    def check(self) -> None:
        """Refuse an answer that is none.

        Raises:
            ModelUnreachable: the stream broke off without saying why.
            ModelAnswerUnusable: it said nothing.
        """
        if not self.metadata.get("finish_reason"):
            raise ModelUnreachable("the stream was cut")
        if not self.heard:
            raise ModelAnswerUnusable("nothing was said")

    def _take(self, chunk: "AIMessageChunk") -> bool:
        """Whether there was a token in it."""
        self.metadata.update(chunk.response_metadata)
        if chunk.usage_metadata is not None:
            self._usage = (chunk.usage_metadata["input_tokens"], chunk.usage_metadata["output_tokens"])
        text, thought = str(chunk.text), chunk.additional_kwargs.get(_REASONING)
        if not text and not thought:
            return False
        self._last = self._clock()
        self._first = self._last if self._first is None else self._first
        self._pieces += 1
        said = self._thoughts.feed(text)
        if (thought or self._thoughts.thought) and not self._thinking_told:
            self._thinking_told = True
            self._tell(Thinking())
        self._say(said)
        return True

    def _say(self, text: str) -> None:
        if not text:
            return
        if self._first_word is None:
            self._first_word = self._clock()
        self.heard = True
        self._tell(text)

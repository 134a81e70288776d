"""The line to one model: every call is limited, repeated, timed, counted, traced and fails as a ``ModelError``."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from feynman.domain import Usage
from feynman.engines.llm.accounting import Prices, usage_of
from feynman.engines.llm.endpoint import Endpoint
from feynman.engines.llm.guards import Protection, is_repeatable
from feynman.engines.llm.listening import Listener
from feynman.engines.llm.live import told
from feynman.engines.llm.prompts import PROMPT_VERSION
from feynman.engines.student import Thinking
from feynman.observability.genai import ModelCall, model_call
from feynman.observability.models import ModelMeter

if TYPE_CHECKING:
    from httpx2 import AsyncClient
    from langchain_core.messages import AIMessage

    from feynman.engines.llm.wire.chat import Chat

__all__ = ["Line", "Messages", "Note"]

Messages = Sequence[tuple[str, str]]
"""Pairs of role (``system``, ``human``, ``ai``) and text."""

Note = Callable[[Usage], None]
"""Takes the usage of each call as soon as it is known."""

T = TypeVar("T")

_NO_PRICES: Final[Prices] = MappingProxyType({})


class Line:
    """Calls ``endpoint`` over ``client``, on the client's loop only; ``meter`` counts every call."""

    def __init__(
        self,
        endpoint: Endpoint,
        client: "AsyncClient",
        *,
        protection: Protection | None = None,
        prices: Prices = _NO_PRICES,
        meter: ModelMeter | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.endpoint = endpoint
        self._client = client
        self._protection = Protection() if protection is None else protection
        self._prices = prices
        self._meter = meter
        self._clock = clock

    @cached_property
    def chat(self) -> "Chat":
        """The chat model; the first use imports the libraries (seconds: let ``warm`` do it in a thread)."""
        from feynman.engines.llm.wire.chat import chat  # noqa: PLC0415 # only where a model is used

        return chat(self.endpoint, self._client)

    async def models(self) -> tuple[str, ...]:
        """The names of the endpoint's models.

        Raises:
            ModelError: the list can't be had.
        """
        from feynman.engines.llm.wire.faults import translated  # noqa: PLC0415 # only where a model is used

        with translated():
            async with asyncio.timeout(self.endpoint.timeouts.first_token):
                page = await self.chat.root_async_client.models.list()
                return tuple(model.id for model in page.data)

    async def complete(
        self, messages: Messages, *, key: str, note: Note, options: Mapping[str, Any] = MappingProxyType({})
    ) -> "AIMessage":
        """Return the whole answer; ``options`` are parameters of the request, ``key`` is the session.

        Raises:
            ModelError, ServiceUnavailable: there is none.
        """
        bound = self.chat.bind(**options) if options else self.chat

        async def invoke() -> "AIMessage":
            return await bound.ainvoke(list(messages))

        return await self.guarded(invoke, lambda message: message, key=key, note=note)

    async def guarded(
        self, invoke: Callable[[], Awaitable[T]], message_of: Callable[[T], "AIMessage"], *, key: str, note: Note
    ) -> T:
        """Make one call that is not streamed, whoever makes it.

        Raises:
            ModelError, ServiceUnavailable: it failed.
        """
        from feynman.engines.llm.wire.faults import translated  # noqa: PLC0415 # only where a model is used

        async def attempt() -> T:
            started = self._clock()
            with self._call(key) as call:
                with translated():
                    async with asyncio.timeout(self.endpoint.timeouts.whole):
                        answer = await invoke()
                        message = message_of(answer)
                        tokens = _tokens(message.usage_metadata)
                usage = usage_of(self.endpoint.model, tokens, self._prices, output_seconds=self._clock() - started)
                call.tell(usage, message.response_metadata)
                note(usage)
                return answer

        return await self._protection.run(key, attempt)

    def stream(
        self, messages: Messages, *, key: str, note: Note, with_usage: bool
    ) -> AsyncGenerator[str | Thinking, None]:
        """Yield what the model says as it comes, and once that it thinks; it is repeated only before the first word.

        Raises:
            ModelError, ServiceUnavailable: the stream failed or said nothing.
        """

        async def work(tell: Callable[[str | Thinking], None]) -> None:
            listener = Listener(self.endpoint.timeouts, tell, self._clock)
            await self._protection.run(
                key,
                lambda: self._listen(messages, listener, key=key, note=note, with_usage=with_usage),
                lambda error: is_repeatable(error) and not listener.heard,
            )

        return told(work)

    async def _listen(self, messages: Messages, listener: Listener, *, key: str, note: Note, with_usage: bool) -> None:
        from feynman.engines.llm.wire.faults import translated  # noqa: PLC0415 # only where a model is used

        listener.begin()
        with self._call(key) as call:
            try:
                with translated():
                    await listener.listen(self.chat.astream(list(messages), stream_usage=with_usage))
            finally:
                if listener.counted:
                    usage = usage_of(
                        self.endpoint.model,
                        listener.tokens,
                        self._prices,
                        output_seconds=listener.output_seconds,
                        time_to_first_token=listener.time_to_first_token,
                    )
                    call.tell(usage, listener.metadata)
                    note(usage)
            listener.check()

    def _call(self, key: str) -> AbstractContextManager[ModelCall]:
        return model_call(
            self._meter,
            provider=self.endpoint.provider,
            model=self.endpoint.model,
            conversation=key,
            clock=self._clock,
            **{"feynman.prompt_version": PROMPT_VERSION},
        )


def _tokens(metadata: Mapping[str, Any] | None) -> tuple[int, int]:
    return (0, 0) if metadata is None else (metadata["input_tokens"], metadata["output_tokens"])

"""The client for asyncio."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Final, Self, Unpack

import httpx
from httpx_sse import EventSource

from feynman.client.asking import (
    ADDRESS,
    ChatOptions,
    Health,
    also,
    chat_body,
    headers_of,
    memorize_body,
    read,
    timeout_of,
    with_address,
)
from feynman.client.errors import ClientError, Unreachable
from feynman.client.hearing import Hearing, StreamEvent
from feynman.client.turn import HeardTurn
from feynman.wire import ChatResponse, MemorizeResponse, MemoryEntry, ReadyBody

__all__ = ["AsyncClient", "AsyncTurnEvents"]

_SECONDS: Final = 130.0
_RECONNECTS: Final = 3


class AsyncTurnEvents(HeardTurn):
    """The events of one running turn; leaving the ``async with`` block early stops it.

    A connection that breaks is taken up again: what was missed follows, or the turn begins anew (``TurnRestarted``).
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        body: dict[str, Any],
        hearing: Hearing,
        headers: httpx.Headers,
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        super().__init__(body, hearing, headers)
        self._http = http
        self._sleep = sleep
        self._answer: httpx.Response | None = None

    async def __aenter__(self) -> Self:
        await self._connect()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._leave()

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        while not self._hearing.ended:
            cause: Exception | None = None
            try:
                async for event in self._heard():
                    yield event
            except httpx.TransportError as error:
                cause = error
            if not self._hearing.ended:
                await self._again(cause)

    async def _heard(self) -> AsyncIterator[StreamEvent]:
        if self._answer is None:
            return
        async for sent in EventSource(self._answer).aiter_sse():
            event = self._hearing.hear(sent)
            if event is not None:
                yield event

    async def _again(self, cause: Exception | None) -> None:
        await self._leave()
        await self._sleep(self._hearing.delay(cause))
        try:
            await self._connect()
        except ClientError as error:
            await self._again(error)

    async def _connect(self) -> None:
        try:
            self._answer = await self._http.send(self._http.build_request(**self._request()), stream=True)
            if self._answer.status_code != httpx.codes.OK:
                await self._answer.aread()
        except httpx.TransportError as error:
            raise Unreachable(f"{self._http.base_url} does not answer") from error
        self._begin(self._answer)

    async def _leave(self) -> None:
        if self._answer is not None:
            await self._answer.aclose()
            self._answer = None


class AsyncClient:
    """Calls a Feynman at ``base_url``; ``timeout`` is the seconds that an answer may take.

    ``http`` is an ``httpx.AsyncClient`` of one's own, used with its own ``base_url`` and timeout, and not closed.
    """

    def __init__(
        self,
        base_url: str = ADDRESS,
        *,
        token: str | None = None,
        timeout: float = _SECONDS,
        reconnects: int = _RECONNECTS,
        http: httpx.AsyncClient | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._own = http is None
        self._reconnects = reconnects
        self._sleep = sleep
        self._headers = headers_of(token)
        if http is None:
            self._http = httpx.AsyncClient(base_url=base_url, timeout=timeout_of(timeout))
        else:
            self._http = with_address(http)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        if self._own:
            await self._http.aclose()

    async def chat(self, topic: str, explanation: str, **options: Unpack[ChatOptions]) -> ChatResponse:
        """Explain a topic and wait for the student's whole answer.

        Raises:
            ClientError: there is none.
        """
        return read(ChatResponse, await self._send("POST", "/chat", json=chat_body(topic, explanation, options)))

    def stream(self, topic: str, explanation: str, **options: Unpack[ChatOptions]) -> AsyncTurnEvents:
        """Explain a topic and hear what happens while it happens: an asynchronous context manager that is iterated.

        Raises:
            ClientError: when it is entered, the turn was refused; when it is iterated, it could not be heard to its
                end.
        """
        memory = options.get("short_term_memory", ())
        hearing = Hearing(explanation, memory, reconnects=self._reconnects)
        return AsyncTurnEvents(self._http, chat_body(topic, explanation, options), hearing, self._headers, self._sleep)

    async def memorize(
        self,
        topic: str,
        history: Sequence[MemoryEntry],
        *,
        session_id: str | None = None,
        learner_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> MemorizeResponse:
        """Have a conversation remembered; with the same ``idempotency_key`` again it is kept once.

        Raises:
            ClientError: it was not stored, or nobody knows.
        """
        body = memorize_body(topic, history, session_id, learner_id)
        return read(MemorizeResponse, await self._send("POST", "/memorize", json=body, key=idempotency_key))

    async def health(self) -> Health:
        """How all parts are, well or not.

        Raises:
            ClientError: nobody says.
        """
        return read(Health, await self._send("GET", "/health"))

    async def ready(self) -> bool:
        """Whether turns are taken."""
        try:
            read(ReadyBody, await self._send("GET", "/health/ready"))
        except ClientError:
            return False
        return True

    async def _send(
        self, method: str, path: str, json: dict[str, Any] | None = None, key: str | None = None
    ) -> httpx.Response:
        headers = also(self._headers, "Idempotency-Key", key)
        try:
            return await self._http.request(method, path, json=json, headers=headers)
        except httpx.TransportError as error:
            raise Unreachable(f"{self._http.base_url} does not answer") from error

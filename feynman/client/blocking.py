"""The client for ordinary code."""

import time
from collections.abc import Callable, Iterator, Sequence
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

__all__ = ["Client", "TurnEvents"]

_SECONDS: Final = 130.0
_RECONNECTS: Final = 3


class TurnEvents(HeardTurn):
    """The events of one running turn; leaving the ``with`` block early stops it.

    A connection that breaks is taken up again: what was missed follows, or the turn begins anew (``TurnRestarted``).
    """

    def __init__(
        self,
        http: httpx.Client,
        body: dict[str, Any],
        hearing: Hearing,
        headers: httpx.Headers,
        sleep: Callable[[float], object],
    ) -> None:
        super().__init__(body, hearing, headers)
        self._http = http
        self._sleep = sleep
        self._answer: httpx.Response | None = None

    def __enter__(self) -> Self:
        self._connect()
        return self

    def __exit__(self, *exception: object) -> None:
        self._leave()

    def __iter__(self) -> Iterator[StreamEvent]:
        while not self._hearing.ended:
            cause: Exception | None = None
            try:
                yield from self._heard()
            except httpx.TransportError as error:
                cause = error
            if not self._hearing.ended:
                self._again(cause)

    def _heard(self) -> Iterator[StreamEvent]:
        if self._answer is None:
            return
        for sent in EventSource(self._answer).iter_sse():
            event = self._hearing.hear(sent)
            if event is not None:
                yield event

    def _again(self, cause: Exception | None) -> None:
        self._leave()
        self._sleep(self._hearing.delay(cause))
        try:
            self._connect()
        except ClientError as error:
            self._again(error)

    def _connect(self) -> None:
        try:
            self._answer = self._http.send(self._http.build_request(**self._request()), stream=True)
            if self._answer.status_code != httpx.codes.OK:
                self._answer.read()
        except httpx.TransportError as error:
            raise Unreachable(f"{self._http.base_url} does not answer") from error
        self._begin(self._answer)

    def _leave(self) -> None:
        if self._answer is not None:
            self._answer.close()
            self._answer = None


class Client:
    """Calls a Feynman at ``base_url``; ``timeout`` is the seconds that an answer may take.

    ``http`` is an ``httpx.Client`` of one's own, used with its own ``base_url`` and timeout, and not closed.
    """

    def __init__(
        self,
        base_url: str = ADDRESS,
        *,
        token: str | None = None,
        timeout: float = _SECONDS,
        reconnects: int = _RECONNECTS,
        http: httpx.Client | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._own = http is None
        self._reconnects = reconnects
        self._sleep = sleep
        self._headers = headers_of(token)
        if http is None:
            self._http = httpx.Client(base_url=base_url, timeout=timeout_of(timeout))
        else:
            self._http = with_address(http)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        if self._own:
            self._http.close()

    def chat(self, topic: str, explanation: str, **options: Unpack[ChatOptions]) -> ChatResponse:
        """Explain a topic and wait for the student's whole answer.

        Raises:
            ClientError: there is none.
        """
        return read(ChatResponse, self._send("POST", "/chat", json=chat_body(topic, explanation, options)))

    def stream(self, topic: str, explanation: str, **options: Unpack[ChatOptions]) -> TurnEvents:
        """Explain a topic and hear what happens while it happens: a context manager that is iterated.

        Raises:
            ClientError: when it is entered, the turn was refused; when it is iterated, it could not be heard to its
                end.
        """
        memory = options.get("short_term_memory", ())
        hearing = Hearing(explanation, memory, reconnects=self._reconnects)
        return TurnEvents(self._http, chat_body(topic, explanation, options), hearing, self._headers, self._sleep)

    def memorize(
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
        return read(MemorizeResponse, self._send("POST", "/memorize", json=body, key=idempotency_key))

    def health(self) -> Health:
        """How all parts are, well or not.

        Raises:
            ClientError: nobody says.
        """
        return read(Health, self._send("GET", "/health"))

    def ready(self) -> bool:
        """Whether turns are taken."""
        try:
            read(ReadyBody, self._send("GET", "/health/ready"))
        except ClientError:
            return False
        return True

    def _send(
        self, method: str, path: str, json: dict[str, Any] | None = None, key: str | None = None
    ) -> httpx.Response:
        headers = also(self._headers, "Idempotency-Key", key)
        try:
            return self._http.request(method, path, json=json, headers=headers)
        except httpx.TransportError as error:
            raise Unreachable(f"{self._http.base_url} does not answer") from error

"""Connections that do not behave: silent ones, slow ones, and too many of them.

uvicorn 0.54 waits for ever for a request's first byte, for the rest of its headers, and for a client that does not
read. Its ``limit_concurrency`` counts connections that say nothing, so two hundred of those would shut out everybody.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import h11
import structlog
from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import H11Protocol

from feynman.sidecar.addresses import plain_address
from feynman.sidecar.problems import not_http

__all__ = ["PATIENCE", "Patience", "guarded_protocol"]

log = structlog.get_logger("feynman.sidecar")

_NOTE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Patience:
    """What a connection may take.

    ``head_seconds`` for a request's line and headers, from the connection or from their first byte, and ``head_bytes``
    of them (h11's own limit is 16 KiB); ``unread_seconds`` with an answer that its client does not read;
    ``connections`` at once: each is an open file of the process that also holds the database.
    """

    head_seconds: float = 10.0
    head_bytes: int = 32 * 1024
    unread_seconds: float = 60.0
    connections: int = 500


PATIENCE: Final = Patience()


def guarded_protocol(patience: Patience, clock: Callable[[], float] = time.monotonic) -> type[H11Protocol]:
    """Return uvicorn's protocol with an end to ``patience``."""
    full = _Full(clock)

    class Connection(_Guarded):
        limits = patience
        crowd = full

    return Connection


class _Full:
    """Says at most once a minute that there are too many connections."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._said = float("-inf")
        self._refused = 0

    def note(self, connections: int) -> None:
        self._refused += 1
        now = self._clock()
        if now - self._said >= _NOTE_SECONDS:
            log.warning("connections_refused", refused=self._refused, open=connections)
            self._said, self._refused = now, 0


class _Alarm:
    """Rings once unless it is put off; setting it twice changes nothing."""

    def __init__(self, loop: asyncio.AbstractEventLoop, action: Callable[[], None]) -> None:
        self._loop = loop
        self._action = action
        self._handle: asyncio.TimerHandle | None = None

    def set(self, seconds: float) -> None:
        if self._handle is None:
            self._handle = self._loop.call_later(seconds, self._action)

    def off(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


class _Guarded(H11Protocol):
    limits: Patience
    crowd: _Full

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn's own signature
        super().connection_made(transport)
        if self.client is not None:
            self.client = (plain_address(self.client[0]), self.client[1])
        self._head = _Alarm(self.loop, transport.abort)
        self._unread = _Alarm(self.loop, transport.abort)
        if len(self.connections) > self.limits.connections:
            self.crowd.note(len(self.connections))
            transport.abort()
        else:
            self._head.set(self.limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._head.off()
        self._unread.off()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        super().handle_events()
        if self._is_due():
            self._head.set(self.limits.head_seconds)
        else:
            self._head.off()
        if self._is_ahead():
            # uvicorn stops reading here, and who does not read does not see that the client has gone.
            self.flow.resume_reading()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            # To close is to wait until all is sent.
            self._unread.set(self.limits.unread_seconds)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, in the API's own form; within an answer there is no room for another."""
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self.transport.abort()
            return
        answer = not_http(msg)
        for event in (
            h11.Response(status_code=answer.status_code, headers=[*answer.raw_headers, CLOSE_HEADER]),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread.set(self.limits.unread_seconds)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._unread.off()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        # To close is to wait until all is sent.
        self._unread.set(self.limits.unread_seconds)

    def _is_due(self) -> bool:
        """Whether a request's head is to come and uvicorn's own time for it does not run.

        Any byte ends that time, also one of a body whose answer was given before it had come. While an answer is
        worked on, what a client sends ahead may wait.
        """
        answered = self.cycle is None or self.cycle.response_complete
        return answered and self.timeout_keep_alive_task is None

    def _is_ahead(self) -> bool:
        """Whether a little of the next request came before this one's answer."""
        ahead = self.flow.read_paused and self.conn.their_state is h11.DONE
        return ahead and len(self.conn.trailing_data[0]) <= self.limits.head_bytes

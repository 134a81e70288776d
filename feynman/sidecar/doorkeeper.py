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
from uvicorn.protocols.http.h11_impl import H11Protocol

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
        if self._is_within_head():
            self._head.set(self.limits.head_seconds)
        else:
            self._head.off()

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

    def _is_within_head(self) -> bool:
        """Whether a piece of a request is here; without one uvicorn's own time for the next request runs.

        What a client sends ahead of an answer may wait as long as that takes.
        """
        idle = self.conn.their_state is h11.IDLE and self.conn.our_state is h11.IDLE
        return idle and (self.cycle is None or bool(self.conn.trailing_data[0]))

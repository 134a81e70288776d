"""A response that is sent while it comes about."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from feynman.domain import EngineError, FeynmanError, StudyEvent, TurnFailed

__all__ = ["PACE", "Pace", "TurnStream", "closing", "guarded", "paced"]

log = structlog.get_logger("feynman.sidecar")


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a stream waits, in seconds.

    After ``heartbeat`` without an event a sign of life is sent: proxies cut a connection that is silent for a minute,
    and FastAPI's own streams send one every 15 s. A client that takes nothing for ``stall`` is let go.
    """

    heartbeat: float = 15.0
    stall: float = 60.0


PACE: Final = Pace()


class TurnStream(StreamingResponse):
    """Sends its frames; when the client leaves, they are closed at once, and with them the turn.

    A client that is connected but takes nothing for ``stall`` seconds is let go too. Starlette's own would notice
    only at the next send where the server speaks ASGI 2.4, and closes no iterator.
    FastAPI's ``EventSourceResponse`` is for endpoints that yield: those have answered 200 before their first event.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        frames: AsyncIterator[bytes],
        *,
        headers: Mapping[str, str],
        stall: float,
        turn: AsyncIterator[StudyEvent] | None = None,
    ) -> None:
        super().__init__(frames, headers=headers)
        self._stall = stall
        self._turn = turn

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the frames end or the client is gone."""
        del scope
        sending = asyncio.create_task(self.stream_response(self._timely(send)))
        gone = asyncio.create_task(self.listen_for_disconnect(receive))
        try:
            await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            finished = sending.done()
            sending.cancel()
            gone.cancel()
            await asyncio.gather(sending, gone, return_exceptions=True)
            await closing(self.body_iterator)
            # Frames that nobody began to read do not close what is behind them.
            await closing(self._turn)
        if not finished:
            log.info("stream_abandoned")
            return
        try:
            sending.result()
        except ClientDisconnect:
            log.warning("stream_stalled", seconds=self._stall)

    def _timely(self, send: Send) -> Send:
        async def timely(message: Message) -> None:
            try:
                async with asyncio.timeout(self._stall):
                    await send(message)
            except TimeoutError as error:
                raise ClientDisconnect from error

        return timely


async def paced(events: AsyncIterator[StudyEvent], seconds: float) -> AsyncGenerator[StudyEvent | None, None]:
    """Yield the events, and ``None`` after each ``seconds`` without one."""
    coming = asyncio.ensure_future(_next(events))
    try:
        while True:
            await asyncio.wait({coming}, timeout=seconds)
            if not coming.done():
                yield None
                continue
            event = coming.result()
            if event is None:
                return
            yield event
            coming = asyncio.ensure_future(_next(events))
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        await closing(events)


async def guarded(events: AsyncIterator[StudyEvent], turn_id: str) -> AsyncGenerator[StudyEvent, None]:
    """Yield the events up to the turn's end; one that ends by an error of ours, or without an end, has failed."""
    try:
        async for event in events:
            yield event
            if event.kind in {"turn_completed", "turn_failed"}:
                return
        failure = EngineError("the turn has no end")
    except FeynmanError as error:
        log.warning("stream_failed", code=error.code)
        yield TurnFailed(turn_id=turn_id, code=error.code, retryable=error.retryable)
        return
    finally:
        await closing(events)
    yield TurnFailed(turn_id=turn_id, code=failure.code, retryable=failure.retryable)


async def closing(iterator: object) -> None:
    """Close an async generator; anything else needs no closing."""
    if isinstance(iterator, AsyncGenerator):
        await iterator.aclose()


async def _next(events: AsyncIterator[StudyEvent]) -> StudyEvent | None:
    return await anext(events, None)

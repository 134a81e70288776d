"""One turn from a request to its stream."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import aclosing
from typing import Final

from fastapi.responses import Response
from fastapi.sse import KEEPALIVE_COMMENT

from feynman.domain import EngineError, NotFound, Session, StudyEvent, TurnCompleted, TurnFailed
from feynman.observability.tracing import trace_id
from feynman.sidecar.asked import check_engine, history_of, new_id, prepared
from feynman.sidecar.frames import AllEvents, SeedTokens, Speaker
from feynman.sidecar.problems import TurnUnfinished
from feynman.sidecar.replay import Replays
from feynman.sidecar.schemas import ChatRequest
from feynman.sidecar.services import SidecarServices
from feynman.sidecar.streaming import PACE, Pace, TurnStream, closing, guarded, paced
from feynman.wire import StreamId

__all__ = ["Streams"]

_RUN_LENGTH: Final = 8


class Streams:
    """Answers turns while they run.

    A turn without an event for ``silence`` seconds has failed.
    """

    def __init__(
        self,
        services: SidecarServices,
        *,
        silence: float,
        pace: Pace = PACE,
        replays: Replays | None = None,
        make_id: Callable[[], str] = new_id,
    ) -> None:
        self._services = services
        self._silence = silence
        self._pace = pace
        self._replays = Replays() if replays is None else replays
        self._make_id = make_id

    async def tokens(self, request: ChatRequest) -> Response:
        """Run the turn and tell the reply in the seed's protocol.

        Raises:
            InvalidInput, ServiceUnavailable, ShuttingDown: as ``prepared``.
            TurnUnfinished: the turn was refused before it began.
        """
        asked = await prepared(self._services, request, make_id=self._make_id)
        speaker = SeedTokens(asked.explanation.language)
        return await self._telling(asked.run(self._services), speaker, asked.session, asked.explanation.turn_id)

    async def events(self, request: ChatRequest) -> Response:
        """Run the turn and tell every event of it.

        Raises:
            InvalidInput, ServiceUnavailable, ShuttingDown: as ``prepared``.
            TurnUnfinished: the turn was refused before it began.
        """
        asked = await prepared(self._services, request, make_id=self._make_id)
        return await self._all(asked.run(self._services), asked.session, asked.explanation.turn_id)

    async def resume(self, request: ChatRequest, place: StreamId) -> Response:
        """Tell what came after ``place``: the rest of a completed turn, or the whole turn again.

        A turn that its client left was stopped: it runs anew on the words that were stored then. It and one that is
        no longer at hand begin with ``TurnRestarted``. Nothing at all follows the last event (204).

        Raises:
            EngineUnavailable: the engine asked for is not here.
            NotFound: there is no such turn of this learner, or not in the session that the body names.
            TurnUnfinished: the turn was refused.
        """
        if request.session_id not in {None, place.session_id}:
            raise NotFound("Last-Event-ID is from another session")
        check_engine(self._services, request)
        session = await self._services.find_session(place.session_id, request.learner_id)
        rest = await self._replays.after(place)
        if rest is None:
            events = self._services.again(place.turn_id, session, history=history_of(request), engine=request.engine)
            return await self._all(events, session, place.turn_id, again=True)
        return self._stream(_listed(rest), session, place.turn_id) if rest else Response(status_code=204)

    async def _all(
        self, events: AsyncIterator[StudyEvent], session: Session, turn_id: str, *, again: bool = False
    ) -> Response:
        speaker = AllEvents(turn_id, self._make_id()[:_RUN_LENGTH], session.id)
        opening = speaker.restarted() if again else b""
        return await self._telling(events, speaker, session, turn_id, opening)

    async def _telling(
        self,
        events: AsyncIterator[StudyEvent],
        speaker: Speaker,
        session: Session,
        turn_id: str,
        opening: bytes = b"",
    ) -> Response:
        begun = await _begun(events)
        return self._stream(self._frames(begun, speaker, turn_id, opening), session, turn_id, events)

    def _stream(
        self,
        frames: AsyncIterator[bytes],
        session: Session,
        turn_id: str,
        turn: AsyncIterator[StudyEvent] | None = None,
    ) -> Response:
        trace = trace_id()
        headers = {
            **({} if trace is None else {"X-Trace-ID": trace}),
            "X-Session-ID": session.id,
            "X-Learner-ID": session.learner_id,
            "X-Turn-ID": turn_id,
            # nginx would collect the frames otherwise.
            "X-Accel-Buffering": "no",
        }
        return TurnStream(frames, headers=headers, stall=self._pace.stall, turn=turn)

    async def _frames(
        self, events: AsyncIterator[StudyEvent], speaker: Speaker, turn_id: str, opening: bytes = b""
    ) -> AsyncGenerator[bytes, None]:
        if opening:
            yield opening
        silent = 0.0
        async with aclosing(paced(guarded(events, turn_id), self._pace.heartbeat)) as coming:
            async for event in coming:
                silent = silent + self._pace.heartbeat if event is None else 0.0
                if silent >= self._silence:
                    failed = TurnFailed(turn_id=turn_id, code=EngineError.code, retryable=EngineError.retryable)
                    yield speaker.frame(failed)
                    return
                frame = KEEPALIVE_COMMENT if event is None else speaker.frame(event)
                if isinstance(event, TurnCompleted) and isinstance(speaker, AllEvents):
                    await self._replays.keep(turn_id, speaker.run, speaker.session_id, speaker.told)
                if frame:
                    yield frame


async def _begun(events: AsyncIterator[StudyEvent]) -> AsyncIterator[StudyEvent]:
    """Wait for the first event, so that a turn that is refused is answered as an error and not as a stream."""
    try:
        first = await anext(events, None)
    except BaseException:
        await closing(events)
        raise
    if first is None or isinstance(first, TurnFailed):
        await closing(events)
        raise TurnUnfinished(EngineError.code if first is None else first.code)
    return _resumed(first, events)


async def _resumed(first: StudyEvent, events: AsyncIterator[StudyEvent]) -> AsyncGenerator[StudyEvent, None]:
    try:
        yield first
        async for event in events:
            yield event
    finally:
        await closing(events)


async def _listed(frames: Iterable[bytes]) -> AsyncGenerator[bytes, None]:
    for frame in frames:
        yield frame

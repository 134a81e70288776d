"""A stream of events as it is heard, without a connection: what both clients share."""

from collections.abc import Sequence
from typing import Final, get_args

from httpx_sse import ServerSentEvent
from pydantic import ValidationError

from feynman.client.errors import ClientError, Refused, StreamBroken, Unreadable
from feynman.domain import StudyEvent, TurnCompleted, TurnFailed
from feynman.wire import STUDY_EVENTS, MemoryEntry, TurnRestarted

__all__ = ["Hearing", "StreamEvent"]

StreamEvent = StudyEvent | TurnRestarted
"""What comes out of a stream; after ``TurnRestarted`` forget what was told of the turn before."""

_KINDS: Final = frozenset(member.model_fields["kind"].default for member in get_args(get_args(StudyEvent)[0]))
_RESTARTED: Final = TurnRestarted.model_fields["kind"].default
_FIRST_DELAY_SECONDS: Final = 0.2
_LONGEST_DELAY_SECONDS: Final = 30.0


class Hearing:
    """Reads events, remembers the place, and says when to try again.

    That is ``reconnects`` times without progress; a turn that began anew is no progress, since each time the model is
    asked again.
    """

    def __init__(self, explanation: str, memory: Sequence[MemoryEntry], *, reconnects: int) -> None:
        self._said = [*memory, MemoryEntry(role="user", content=explanation)]
        self._reconnects = reconnects
        self._failures = 0
        self._restarts = 0
        self.last_event_id: str | None = None
        self.completed: TurnCompleted | None = None
        self.ended = False

    def hear(self, sent: ServerSentEvent) -> StreamEvent | None:
        """Read one event; ``None`` for one that this client does not know.

        Raises:
            Unreadable: it is known and is none of this API's.
        """
        self.last_event_id = sent.id or self.last_event_id
        self._failures = 0
        try:
            event = self._event(sent)
        except ValidationError as error:
            raise Unreadable(f"an event that is no {sent.event}") from error
        if isinstance(event, TurnRestarted):
            self._restarts += 1
        if isinstance(event, TurnCompleted):
            self.completed = event
        self.ended = self.ended or isinstance(event, TurnCompleted | TurnFailed)
        return event

    def delay(self, cause: Exception | None) -> float:
        """How many seconds to wait before connecting again: no fewer than the other side asked for.

        Raises:
            ClientError: ``cause`` was an error that no second try mends.
            StreamBroken: it was tried often enough, there is no place to begin at, or the other side asked for more
                than half a minute.
        """
        if isinstance(cause, ClientError) and not cause.retryable:
            raise cause
        self._failures += 1
        tries = self._failures + self._restarts
        asked = (cause.retry_after if isinstance(cause, Refused) else None) or 0.0
        if self.last_event_id is None or tries > self._reconnects or asked > _LONGEST_DELAY_SECONDS:
            raise StreamBroken("the stream ended before its turn did", self.last_event_id) from cause
        return max(asked, _FIRST_DELAY_SECONDS * 2.0 ** (tries - 1))

    @property
    def short_term_memory(self) -> list[MemoryEntry]:
        """The conversation with this exchange at its end, for the next turn; without a reply when there was none."""
        if self.completed is None:
            return self._said[:-1]
        return [*self._said, MemoryEntry(role="assistant", content=self.completed.reply)]

    def _event(self, sent: ServerSentEvent) -> StreamEvent | None:
        if sent.event == _RESTARTED:
            return TurnRestarted.model_validate_json(sent.data, extra="ignore")
        return STUDY_EVENTS.validate_json(sent.data, extra="ignore") if sent.event in _KINDS else None

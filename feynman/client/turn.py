"""One turn that is heard over HTTP: what both clients know of it."""

from typing import Any, Final

import httpx

from feynman.client.asking import also
from feynman.client.errors import refusal
from feynman.client.hearing import Hearing
from feynman.domain import TurnCompleted
from feynman.wire import MemoryEntry

__all__ = ["HeardTurn"]

_PATH: Final = "/chat/stream"


class HeardTurn:
    """The turn's ids (empty before it is entered), its place in the stream and its end."""

    def __init__(self, body: dict[str, Any], hearing: Hearing, headers: httpx.Headers) -> None:
        self._body = body
        self._headers = headers
        self._hearing = hearing
        self.session_id = ""
        self.learner_id = ""
        self.turn_id = ""

    @property
    def last_event_id(self) -> str | None:
        """The place in the stream; ``None`` before the first event."""
        return self._hearing.last_event_id

    @property
    def completed(self) -> TurnCompleted | None:
        """The turn's end, once it has come."""
        return self._hearing.completed

    @property
    def short_term_memory(self) -> list[MemoryEntry]:
        """The conversation with this exchange at its end, for the next turn."""
        return self._hearing.short_term_memory

    def _request(self) -> dict[str, Any]:
        place = self._hearing.last_event_id
        headers = also(self._headers, "Last-Event-ID", place)
        return {"method": "POST", "url": _PATH, "params": {"events": "all"}, "json": self._body, "headers": headers}

    def _begin(self, answer: httpx.Response) -> None:
        if answer.status_code == httpx.codes.NO_CONTENT:
            self._hearing.ended = True
        elif answer.status_code != httpx.codes.OK:
            raise refusal(answer)
        self.session_id = answer.headers.get("x-session-id", self.session_id)
        self.learner_id = answer.headers.get("x-learner-id", self.learner_id)
        self.turn_id = answer.headers.get("x-turn-id", self.turn_id)

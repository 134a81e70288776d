"""Events as server-sent events, in the seed's protocol and in full."""

import json
from typing import Final, Protocol

from fastapi.sse import format_sse_event

from feynman.domain import Frozen, Language, StudyEvent, TextDelta, TurnCompleted, TurnFailed
from feynman.i18n.messages import explain_error
from feynman.wire import END_OF_STREAM, StreamId, TurnRestarted

__all__ = ["AllEvents", "Protocol", "SeedTokens", "Speaker"]

_FAILED: Final = "turn_failed"


class Speaker(Protocol):
    """Turns events into what goes over the wire."""

    def frame(self, event: StudyEvent) -> bytes:
        """One event, empty when this protocol does not tell it."""
        ...


class SeedTokens:
    """The seed's protocol: each piece of the reply as ``data: "<json string>"``, then ``data: "[END_OF_STREAM]"``.

    A turn that fails ends with a sentence that says so as ``event: turn_failed``, and without the end marker.
    """

    def __init__(self, language: Language) -> None:
        self._language = language

    def frame(self, event: StudyEvent) -> bytes:
        """A token, the end, or what went wrong."""
        match event:
            # A reply may quote the marker; in two pieces it ends nothing.
            case TextDelta(text=text) if text == END_OF_STREAM:
                return _data(text[:1]) + _data(text[1:])
            case TextDelta(text=text):
                return _data(text)
            case TurnCompleted():
                return _data(END_OF_STREAM)
            case TurnFailed(code=code):
                return format_sse_event(event=_FAILED, data_str=_json(explain_error(code, self._language)))
            case _:
                return b""


class AllEvents:
    """Every event under its name, with an id; ``told`` is all that was said so far."""

    def __init__(self, turn_id: str, run: str, session_id: str) -> None:
        self._turn_id = turn_id
        self.session_id = session_id
        self.run = run
        self.told: list[bytes] = []

    def restarted(self) -> bytes:
        """What comes first when the turn is told from its beginning to somebody who has heard some of it."""
        return self._named(TurnRestarted(turn_id=self._turn_id), TurnRestarted(turn_id=self._turn_id).kind, 0)

    def frame(self, event: StudyEvent) -> bytes:
        """The event's name, its fields as JSON, and its id."""
        frame = self._named(event, event.kind, len(self.told) + 1)
        self.told.append(frame)
        return frame

    def _named(self, event: Frozen, kind: str, number: int) -> bytes:
        place = StreamId(turn_id=self._turn_id, run=self.run, number=number, session_id=self.session_id)
        return format_sse_event(event=kind, data_str=_json(event.model_dump(mode="json")), id=str(place))


def _data(text: str) -> bytes:
    return format_sse_event(data_str=_json(text))


def _json(value: object) -> str:
    # ASCII: clients split lines at U+2028, U+0085 and others too (str.splitlines, and with it requests and httpx).
    return json.dumps(value)

"""What ``/chat/stream`` sends."""

from typing import Final, Literal, Self

from pydantic import TypeAdapter

from feynman.domain import Frozen, NotFound, StudyEvent

__all__ = ["END_OF_STREAM", "STUDY_EVENTS", "StreamId", "TurnRestarted"]

END_OF_STREAM: Final = "[END_OF_STREAM]"
"""The last message of a whole reply in the seed's protocol."""

STUDY_EVENTS: Final[TypeAdapter[StudyEvent]] = TypeAdapter(StudyEvent)
"""Reads one event of ``?events=all``."""

_PARTS: Final = 4


class TurnRestarted(Frozen):
    """The turn is told from its beginning: forget all that was told of it before."""

    kind: Literal["turn_restarted"] = "turn_restarted"
    turn_id: str


class StreamId(Frozen):
    """The id of one event: the ``number``-th (from 1; 0 is ``TurnRestarted``) of one ``run`` of a turn of a session.

    It is written ``<turn_id>.<run>.<number>.<session_id>``.
    """

    turn_id: str
    run: str
    number: int
    session_id: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what ``str`` has written.

        Raises:
            NotFound: it is no such id.
        """
        parts = text.split(".", _PARTS - 1)
        if len(parts) != _PARTS or not all(parts) or not (parts[2].isascii() and parts[2].isdecimal()):
            raise NotFound("Last-Event-ID is none of this stream's ids")
        turn_id, run, number, session_id = parts
        return cls(turn_id=turn_id, run=run, number=int(number[:9]), session_id=session_id)

    def __str__(self) -> str:
        return f"{self.turn_id}.{self.run}.{self.number}.{self.session_id}"

"""Completed turns as they were told, for a client that lost its connection at the end of one."""

from collections.abc import Sequence
from typing import Final

from feynman.resilience.shelves import MemoryShelf, Shelf
from feynman.wire import StreamId

__all__ = ["Replays"]

_TURNS: Final = 128
_SECONDS: Final = 120.0
# A turn of the built-in student takes 5 kB, one of a model with 500 tokens 100 kB (counted); what is longer is told
# again from the records.
_MOST_BYTES: Final = 256 * 1024
_END: Final = b"\n\n"


class Replays:
    """Keeps what the last turns sent, in memory, for ``seconds``; the records have them for ever."""

    def __init__(self, shelf: Shelf | None = None, *, seconds: float = _SECONDS) -> None:
        self._shelf = MemoryShelf(_TURNS) if shelf is None else shelf
        self._seconds = seconds

    async def keep(self, turn_id: str, run: str, session_id: str, frames: Sequence[bytes]) -> None:
        """Keep all frames of a completed turn, unless they are too many."""
        told = b"".join(frames)
        if len(told) <= _MOST_BYTES:
            await self._shelf.set(_key(turn_id, run, session_id), told, self._seconds)

    async def after(self, place: StreamId) -> list[bytes] | None:
        """What was told after ``place``, ``None`` when that run of the turn is not kept."""
        told = await self._shelf.get(_key(place.turn_id, place.run, place.session_id))
        if told is None:
            return None
        return [frame + _END for frame in told.split(_END) if frame][place.number :]


def _key(turn_id: str, run: str, session_id: str) -> str:
    """The session is part of it: who may read it may read this turn, and no other."""
    return f"{turn_id}.{run}.{session_id}"

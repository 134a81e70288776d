"""What the API answers with, as models that server and client share; the field names are a contract."""

from feynman.wire.answers import (
    ChatResponse,
    GapBody,
    MemorizeResponse,
    MemoryEntry,
    NoticeBody,
    PointBody,
    ProblemBody,
    ReadyBody,
)
from feynman.wire.streams import END_OF_STREAM, STUDY_EVENTS, StreamId, TurnRestarted

__all__ = [
    "END_OF_STREAM",
    "STUDY_EVENTS",
    "ChatResponse",
    "GapBody",
    "MemorizeResponse",
    "MemoryEntry",
    "NoticeBody",
    "PointBody",
    "ProblemBody",
    "ReadyBody",
    "StreamId",
    "TurnRestarted",
]

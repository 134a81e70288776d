"""A typed client of the API, for ordinary code and (``AsyncClient``) for asyncio.

.. code-block:: python

    from feynman.client import Client
    from feynman.domain import GapFound, TextDelta

    with Client("http://127.0.0.1:8600") as feynman:
        answer = feynman.chat("Buoyancy", "Water pushes things up. Heavy things sink.", session_id="my-lesson")
        print(answer.reply)

        more = "A ship floats because of some kind of pressure stuff, and heavy things sink because they are heavy."
        memory = answer.short_term_memory
        with feynman.stream("Buoyancy", more, session_id="my-lesson", short_term_memory=memory) as turn:
            for event in turn:
                match event:
                    case GapFound(gap=gap):
                        print(f"[{gap.kind}] {gap.reason}")
                    case TextDelta(text=text):
                        print(text, end="", flush=True)
"""

from feynman.client.asking import ChatOptions, CheckAnswer, Health
from feynman.client.asynchronous import AsyncClient, AsyncTurnEvents
from feynman.client.blocking import Client, TurnEvents
from feynman.client.errors import (
    ClientError,
    Invalid,
    NotThere,
    Refused,
    StreamBroken,
    TimedOut,
    TooLarge,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    Unreachable,
    Unreadable,
)
from feynman.client.hearing import StreamEvent
from feynman.wire import ChatResponse, MemorizeResponse, MemoryEntry, TurnRestarted

__all__ = [
    "AsyncClient",
    "AsyncTurnEvents",
    "ChatOptions",
    "ChatResponse",
    "CheckAnswer",
    "Client",
    "ClientError",
    "Health",
    "Invalid",
    "MemorizeResponse",
    "MemoryEntry",
    "NotThere",
    "Refused",
    "StreamBroken",
    "StreamEvent",
    "TimedOut",
    "TooLarge",
    "TooManyRequests",
    "TurnEvents",
    "TurnRestarted",
    "Unauthorized",
    "Unavailable",
    "Unreachable",
    "Unreadable",
]

"""How large a body may be, and how long it may take to come."""

import asyncio
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feynman.sidecar.middleware.base import HttpMiddleware
from feynman.sidecar.problems import problem

__all__ = ["BodyLimit"]

# A client that is still sending when we close sees a reset instead of the answer, so a body that is not absurdly
# large is read to its end and thrown away; 100 MiB take 3 s of a busy core (measured on loopback).
_DRAINED: Final = 32
_DIGITS: Final = 18


class BodyLimit(HttpMiddleware):
    """Reads the whole body before the endpoint starts: at most ``size`` bytes, counted, within ``seconds``."""

    def __init__(self, app: ASGIApp, *, size: int, seconds: float) -> None:
        super().__init__(app)
        self._size = size
        self._seconds = seconds

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body read, or answer 413 or 408."""
        if _asks_first(scope) and _announced(scope) > self._size:
            await self._refuse(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._read(receive)
        except ClientDisconnect:
            # Nobody hears it; it is counted as a client that left.
            await problem(scope, 499, "client_gone", "the client went away")(scope, receive, send)
            return
        except TimeoutError:
            late = problem(scope, 408, "timeout", f"the body did not come within {self._seconds:g} seconds")
            await late(scope, receive, send)
            return
        if len(body) > self._size:
            await self._refuse(scope, receive, send)
            return
        await self.app(scope, _replay(body, receive), send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        large = problem(scope, 413, "too_large", f"the body may have {self._size} bytes", {"Connection": "close"})
        await large(scope, receive, send)

    async def _read(self, receive: Receive) -> bytes:
        """Read the body; of one that is too large only enough is kept to show that it is.

        Raises:
            ClientDisconnect: the client left before its end.
        """
        kept, seen, more = bytearray(), 0, True
        while more and seen <= self._size * _DRAINED:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunk: bytes = message.get("body", b"")
            seen += len(chunk)
            kept += chunk[: self._size + 1 - len(kept)]
            more = message.get("more_body", False)
        return bytes(kept)


def _asks_first(scope: Scope) -> bool:
    """Whether the client waits for our word before it sends the body, as curl does with more than a mebibyte."""
    return Headers(scope=scope).get("expect", "").lower() == "100-continue"


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    # A server refuses longer numbers; what comes is counted in any case.
    return int(length[:_DIGITS]) if length.isdecimal() else 0


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay

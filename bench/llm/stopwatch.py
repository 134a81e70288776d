"""How long was waited for an endpoint."""

import time
from collections.abc import AsyncIterator
from typing import Final

import httpx2

__all__ = ["Stopwatch"]

_CONNECTIONS: Final = httpx2.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=60.0)


class Stopwatch(httpx2.AsyncBaseTransport):
    """A transport that adds up the seconds in which its caller waited; for one call at a time."""

    def __init__(self) -> None:
        self.waited = 0.0
        self._inner = httpx2.AsyncHTTPTransport(limits=_CONNECTIONS)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send and wait for the head."""
        begun = time.perf_counter()
        try:
            response = await self._inner.handle_async_request(request)
        finally:
            self.waited += time.perf_counter() - begun
        response.stream = _Timed(response.stream, self)
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


class _Timed(httpx2.AsyncByteStream):
    def __init__(self, stream: object, watch: Stopwatch) -> None:
        if not isinstance(stream, httpx2.AsyncByteStream):
            raise TypeError(stream)
        self._stream = stream
        self._watch = watch

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = aiter(self._stream)
        while True:
            begun = time.perf_counter()
            try:
                piece = await anext(pieces)
            except StopAsyncIteration:
                return
            finally:
                self._watch.waited += time.perf_counter() - begun
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()

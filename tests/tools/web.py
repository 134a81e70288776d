"""HTTP servers on loopback that answer as told."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

__all__ = ["Answer", "Heard", "WebServer", "json_answer", "plain_answer", "redirect"]


@dataclass(frozen=True, slots=True)
class Heard:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


Answer = Callable[[Heard, asyncio.StreamWriter], Awaitable[None]]


def plain_answer(status: str, body: bytes, *headers: str) -> Answer:
    """Answer with a status line, headers and a body."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]

    async def answer(_heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write("\r\n".join(lines).encode() + body)

    return answer


def json_answer(value: object, status: str = "200 OK", *headers: str) -> Answer:
    """Answer with JSON."""
    return plain_answer(status, json.dumps(value).encode(), "Content-Type: application/json", *headers)


def redirect(url: str) -> Answer:
    """Send the client elsewhere."""
    return plain_answer("302 Found", b"", f"Location: {url}")


class WebServer:
    """Answers every request by ``answer`` and remembers it."""

    def __init__(self, answer: Answer, host: str = "127.0.0.1") -> None:
        self.answer = answer
        self.heard: list[Heard] = []
        self._host = host
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self._host}:{self.port}"

    @property
    def port(self) -> int:
        """The free port it got."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, self._host, 0)
        return self

    async def __aexit__(self, *_error: object) -> None:
        """End, with all connections."""
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._exchange(reader, writer)
        writer.close()
        with suppress(ConnectionError, asyncio.CancelledError):
            await writer.wait_closed()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = await read_request(reader)
        self.heard.append(heard)
        await self.answer(heard, writer)
        await writer.drain()


async def read_request(reader: asyncio.StreamReader) -> Heard:
    """Read one request with its body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ", 2)
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Heard(method, path, headers, body)

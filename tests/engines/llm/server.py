"""A chat-completions server on loopback that answers by script and misbehaves as told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Call", "Cut", "Raw", "Refuse", "Say", "Server", "Silent", "Slow", "Stream", "Tool", "verdict_of"]


@dataclass(frozen=True)
class Say:
    """A whole answer; streamed word by word when a stream is asked for."""

    text: str
    finish: str | None = "stop"
    model: str = "scripted-1"
    usage: bool = True


@dataclass(frozen=True)
class Tool:
    """An answer that calls tools: pairs of name and arguments."""

    calls: Sequence[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class Stream:
    """Exactly these deltas; with ``hold`` the stream waits for it after the first one."""

    deltas: Sequence[Mapping[str, Any]]
    hold: asyncio.Event | None = None
    finish: str | None = "stop"


@dataclass(frozen=True)
class Refuse:
    """An error."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Raw:
    """These bytes as the body."""

    body: bytes
    kind: str = "application/json"


@dataclass(frozen=True)
class Cut:
    """A stream that breaks off; ``clean`` ends the body properly, only too early."""

    text: str
    clean: bool = False


@dataclass(frozen=True)
class Slow:
    """A stream with ``pause`` seconds before each token."""

    pause: float
    text: str = "one two three"


@dataclass(frozen=True)
class Silent:
    """No answer at all."""


Answer = Say | Tool | Stream | Refuse | Raw | Cut | Slow | Silent


@dataclass(frozen=True)
class Call:
    """A request as it came."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def text(self) -> str:
        """All messages' contents."""
        return "\n".join(str(message.get("content")) for message in self.body.get("messages", ()))

    @property
    def way(self) -> str:
        """What kind of answer is asked for."""
        form = self.body.get("response_format", {}).get("type")
        if form is not None:
            return str(form)
        if self.body.get("stream"):
            return "stream"
        return "tools" if self.body.get("tools") else "plain"


Script = Callable[[Call], Answer]


class Server:
    """Answers calls by ``script``, which may be replaced; ``calls`` are those that came, ``open`` the connections."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.calls: list[Call] = []
        self.open = 0
        self.accepted = 0
        self.abandoned = 0
        self.refuses_usage = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._port = 0

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._port}/v1"

    def of(self, way: str) -> list[Call]:
        """The completions of one kind."""
        return [call for call in self.calls if call.path.endswith("/completions") and call.way == way]

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator["Server"]:
        """Listen."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", port)
        self._port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await self.drop()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    async def drop(self) -> None:
        """Break every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._accept(reader, writer), name="server")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.accepted += 1
        try:
            while (call := await _read(reader)) is not None:
                self.calls.append(call)
                answering = asyncio.create_task(self._answer(call, writer), name="server")
                gone = asyncio.create_task(_hung_up(reader), name="server")
                try:
                    await asyncio.wait({answering, gone}, return_when=asyncio.FIRST_COMPLETED)
                    if not answering.done():
                        self.abandoned += 1
                        return
                    if not await answering:
                        return
                finally:
                    for pending in (answering, gone):
                        pending.cancel()
                    await asyncio.gather(answering, gone, return_exceptions=True)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def _answer(self, call: Call, writer: asyncio.StreamWriter) -> bool:
        """Write the answer; False when the connection is to be closed."""
        if call.path.endswith("/models"):
            return await _send(writer, 200, {"object": "list", "data": [_model("scripted-1"), _model("scripted-2")]})
        refused = self.refuses_usage and "stream_options" in call.body
        answer = Refuse(400) if refused else self.script(call)
        if call.body.get("stream") and not isinstance(answer, (Refuse, Raw, Silent)):
            return await _stream(writer, answer, call)
        return await _whole(writer, answer)


async def _whole(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    match answer:
        case Refuse(status=status, headers=headers):
            return await _send(writer, status, {"error": {"message": "no"}}, headers)
        case Raw(body=body, kind=kind):
            await _head(writer, 200, kind, length=len(body))
            writer.write(body)
            await writer.drain()
            return True
        case Say() | Tool():
            return await _send(writer, 200, _completion(answer))
        case _:
            await asyncio.Event().wait()
            return False


async def _hung_up(reader: asyncio.StreamReader) -> None:
    while not reader.at_eof():
        await asyncio.sleep(0.005)


async def _stream(writer: asyncio.StreamWriter, answer: Answer, call: Call) -> bool:
    await _head(writer, 200, "text/event-stream", length=None)
    match answer:
        case Say(text=text, finish=finish):
            words = text.split(" ")
            deltas = [{"content": word if at == 0 else f" {word}"} for at, word in enumerate(words)]
            await _deltas(writer, [{"role": "assistant", "content": ""}, *deltas], finish)
            if answer.usage and call.body.get("stream_options"):
                await _chunk(writer, {**_frame(), "choices": [], "usage": _usage(len(words))})
        case Stream(deltas=deltas, hold=hold, finish=finish):
            await _deltas(writer, deltas[:1], None)
            if hold is not None:
                await hold.wait()
            await _deltas(writer, deltas[1:], finish)
        case Cut(text=text, clean=clean):
            await _deltas(writer, [{"content": text}], None)
            if not clean:
                writer.transport.abort()
                return False
            writer.write(b"0\r\n\r\n")
            await writer.drain()
            return True
        case Slow(pause=pause, text=text):
            for word in text.split():
                await asyncio.sleep(pause)
                await _deltas(writer, [{"content": f"{word} "}], None)
            await _deltas(writer, [], "stop")
        case _:
            raise AssertionError(answer)
    writer.write(_framed(b"data: [DONE]\n\n") + b"0\r\n\r\n")
    await writer.drain()
    return True


async def _deltas(writer: asyncio.StreamWriter, deltas: Sequence[Mapping[str, Any]], finish: str | None) -> None:
    for delta in deltas:
        await _chunk(writer, {**_frame(), "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    if finish is not None:
        await _chunk(writer, {**_frame(), "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})


async def _chunk(writer: asyncio.StreamWriter, data: Mapping[str, Any]) -> None:
    writer.write(_framed(b"data: " + json.dumps(data).encode() + b"\n\n"))
    await writer.drain()
    await asyncio.sleep(0)


def _framed(body: bytes) -> bytes:
    return f"{len(body):x}\r\n".encode() + body + b"\r\n"


def _frame() -> dict[str, Any]:
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "scripted-1"}


def _usage(tokens: int) -> dict[str, int]:
    return {"prompt_tokens": 100, "completion_tokens": tokens, "total_tokens": 100 + tokens}


def _completion(answer: Say | Tool) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": None}
    finish = "tool_calls"
    if isinstance(answer, Say):
        message["content"], finish = answer.text, answer.finish or "stop"
    else:
        message["tool_calls"] = [
            {"id": f"call_{at}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
            for at, (name, arguments) in enumerate(answer.calls)
        ]
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted-1",
        "choices": [choice],
        "usage": _usage(20),
    }


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1, "owned_by": "tests"}


async def _send(
    writer: asyncio.StreamWriter, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> bool:
    encoded = json.dumps(body).encode()
    await _head(writer, status, "application/json", length=len(encoded), headers=headers)
    writer.write(encoded)
    await writer.drain()
    return True


async def _head(
    writer: asyncio.StreamWriter,
    status: int,
    kind: str,
    *,
    length: int | None,
    headers: Mapping[str, str] | None = None,
) -> None:
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    writer.write(f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n{size}\r\n{more}\r\n".encode())
    await writer.drain()


async def _read(reader: asyncio.StreamReader) -> Call | None:
    line = await reader.readline()
    if not line:
        return None
    path = line.split()[1].decode()
    headers: dict[str, str] = {}
    while (header := (await reader.readline()).decode().strip()) != "":
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Call(path, headers, json.loads(body) if body else {})


def verdict_of(**parts: Any) -> str:  # noqa: ANN401 # JSON
    """A verdict as a model writes it."""
    nothing = [{"point": 1, "status": "missing", "quote": None}]
    return json.dumps({"points": nothing, "gaps": [], "resolved": [], "beliefs": [], **parts}, ensure_ascii=False)

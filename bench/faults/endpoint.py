"""A language model's endpoint on loopback that works, fails or keeps silent as told."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Literal

__all__ = ["Endpoint", "Mode", "endpoint"]

Mode = Literal["up", "dead", "error", "silent", "flapping"]
"""``dead`` hangs up, ``error`` answers 500, ``silent`` never answers, ``flapping`` is dead every other second."""

_QUESTION: Final = "And why does the water push the ship up at all?"
_VERDICT: Final = {
    "points": [{"point": 1, "status": "missing", "quote": None}],
    "gaps": [],
    "resolved": [],
    "beliefs": [],
}


class Endpoint(ThreadingHTTPServer):
    """Speaks as much of the chat completions protocol as a turn needs."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mode: Mode = "up"
        self.calls = 0
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def now(self) -> Mode:
        """What it does this very moment."""
        if self.mode == "flapping":
            return "up" if int(time.monotonic()) % 2 == 0 else "dead"
        return self.mode

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up."""


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    """Serve on a thread while the block runs."""
    with Endpoint() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Endpoint

    def do_GET(self) -> None:
        """List the models."""
        if self._ready():
            self._send({"object": "list", "data": [{"id": "fault-1", "object": "model", "created": 1}]})

    def do_POST(self) -> None:
        """Complete a chat."""
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls += 1
        if not self._ready():
            return
        if body.get("stream"):
            self._stream(_QUESTION.split(" "))
        else:
            message = {"role": "assistant", "content": json.dumps(_VERDICT)}
            usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self._send({**_frame("chat.completion"), "choices": [choice], "usage": usage})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the base class names it so
        """Print nothing."""

    def _ready(self) -> bool:
        match self.server.now:
            case "up":
                return True
            case "error":
                self._send({"error": {"message": "broken"}}, 500)
            case "silent":
                self.server.closing.wait()
            case _:
                pass
        self.close_connection = True
        return False

    def _send(self, body: dict[str, Any], status: int = 200) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, words: list[str]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for word in words:
            delta = {"index": 0, "delta": {"content": f"{word} "}, "finish_reason": None}
            self._event({**_frame("chat.completion.chunk"), "choices": [delta]})
        end = {"index": 0, "delta": {}, "finish_reason": "stop"}
        self._event({**_frame("chat.completion.chunk"), "choices": [end]})
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def _event(self, data: dict[str, Any]) -> None:
        self.wfile.write(b"data: " + json.dumps(data).encode() + b"\n\n")


def _frame(kind: str) -> dict[str, Any]:
    return {"id": "c1", "object": kind, "created": 1, "model": "fault-1"}

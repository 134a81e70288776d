"""Counting and logging requests."""

import logging
import time
from collections.abc import Callable, MutableMapping
from typing import Any, Final

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feynman.observability import Metrics
from feynman.sidecar.middleware.base import HttpMiddleware
from feynman.sidecar.telemetry import PROBES

__all__ = ["RequestMeter"]

log = structlog.get_logger("feynman.sidecar")

_FAILED: Final = 500
_GONE: Final = 499
_EVENTS: Final = "text/event-stream"


class RequestMeter(HttpMiddleware):
    """Measures each request until its last byte, under its route's template; all paths without a route count as one."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(app)
        self._metrics = metrics
        self._clock = clock

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and look at the clock before and after."""
        answer = _Answer(self._metrics)

        async def watch(message: Message) -> None:
            await send(message)
            answer.see(message)

        started = self._clock()
        try:
            with self._metrics.active.track_inprogress():
                await self.app(scope, receive, watch)
        except Exception:
            # Whatever the client was told before, this is an error of ours.
            answer.status, answer.whole = _FAILED, True
            raise
        finally:
            answer.end()
            self._count(scope, answer, self._clock() - started)

    def _count(self, scope: Scope, answer: "_Answer", seconds: float) -> None:
        # The router leaves the route that it chose in the scope.
        path: str | None = getattr(scope.get("route"), "path", None)
        self._metrics.request(scope["method"], path, answer.status, seconds)
        self._metrics.answered(path, answer.size, aborted=answer.aborted)
        # Probes come every few seconds for ever.
        level = logging.DEBUG if path in PROBES and answer.status < _FAILED else logging.INFO
        log.log(
            level,
            "request_finished",
            method=scope["method"],
            endpoint=path,
            status=answer.status,
            bytes=answer.size,
            aborted=answer.aborted,
            seconds=round(seconds, 6),
        )


class _Answer:
    """What was sent so far."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self.status = _FAILED
        self.size = 0
        self.whole = False
        self._streaming = False

    @property
    def aborted(self) -> bool:
        """Whether the client left before the last byte."""
        return self.status == _GONE or not self.whole

    def see(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._streaming = Headers(raw=message["headers"]).get("content-type", "").startswith(_EVENTS)
            if self._streaming:
                self._metrics.streaming.inc()
        elif message["type"] == "http.response.body":
            self.size += len(message.get("body", b""))
            self.whole = not message.get("more_body", False)

    def end(self) -> None:
        if self._streaming:
            self._metrics.streaming.dec()

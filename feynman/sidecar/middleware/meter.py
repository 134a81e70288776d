"""Counting and logging requests."""

import logging
import time
from collections.abc import Callable
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feynman.observability import Metrics
from feynman.sidecar.middleware.base import HttpMiddleware

__all__ = ["RequestMeter"]

log = structlog.get_logger("feynman.sidecar")

_FAILED: Final = 500
_PROBES: Final = frozenset({"/health", "/health/live", "/health/ready", "/metrics"})


class RequestMeter(HttpMiddleware):
    """Measures each request until its last byte, under its route's template; all paths without a route count as one."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(app)
        self._metrics = metrics
        self._clock = clock

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and look at the clock before and after."""
        status = _FAILED

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = self._clock()
        try:
            with self._metrics.active.track_inprogress():
                await self.app(scope, receive, watch)
        finally:
            self._count(scope, status, self._clock() - started)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        # The router leaves the route that it chose in the scope.
        path: str | None = getattr(scope.get("route"), "path", None)
        self._metrics.request(scope["method"], path, status, seconds)
        # Probes come every few seconds for ever.
        level = logging.DEBUG if path in _PROBES and status < _FAILED else logging.INFO
        log.log(
            level,
            "request_finished",
            method=scope["method"],
            endpoint=path,
            status=status,
            seconds=round(seconds, 6),
        )

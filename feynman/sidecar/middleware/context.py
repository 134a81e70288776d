"""Who a request is: its id in the answer and on every log line; its span is FastAPI's."""

import re
from collections.abc import Callable
from typing import Final
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feynman.observability import logs
from feynman.sidecar.headers import SECURITY_HEADERS
from feynman.sidecar.middleware.base import HttpMiddleware

__all__ = ["RequestContext"]

_SANE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


def _new_id() -> str:
    return uuid4().hex


class RequestContext(HttpMiddleware):
    """Takes a sane ``X-Request-ID`` over or makes one, and adds the headers that every answer carries."""

    def __init__(self, app: ASGIApp, *, new_id: Callable[[], str] = _new_id) -> None:
        super().__init__(app)
        self._new_id = new_id

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on inside its context."""
        sent = Headers(scope=scope).get("x-request-id", "")
        request_id = sent if _SANE.fullmatch(sent) else self._new_id()
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY_HEADERS)
                headers["X-Request-ID"] = request_id
            await send(message)

        with logs.bind(request_id=request_id):
            await self.app(scope, receive, send_with_headers)

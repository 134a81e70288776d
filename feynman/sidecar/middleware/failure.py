"""Bugs."""

from starlette.types import Message, Receive, Scope, Send

from feynman.sidecar.middleware.base import HttpMiddleware
from feynman.sidecar.problems import unexpected

__all__ = ["Unexpected"]


class Unexpected(HttpMiddleware):
    """Answers 500 to an exception within it; one in the middle of an answer is raised on, to break that off.

    It stands inside CORS: a page of an allowed origin may read the request's id.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; if that fails before an answer began, answer."""
        begun = False

        async def watch(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            if begun:
                raise
            await unexpected(scope, error)(scope, receive, send)

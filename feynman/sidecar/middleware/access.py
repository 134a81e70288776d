"""Who may call."""

import hmac
import ipaddress
from collections.abc import Iterable
from typing import Final

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from feynman.sidecar.middleware.base import HttpMiddleware
from feynman.sidecar.problems import problem

__all__ = ["HostGuard", "TokenCheck", "TokenGuard", "is_loopback", "is_trusted", "needs_no_token"]

_LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches ``host``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def needs_no_token(scope: Scope) -> bool:
    """Whether anybody may ask: supervisors ask how a process is without knowing its secrets."""
    path: str = scope["path"]
    return path == "/health" or path.startswith("/health/")


def is_trusted(scope: Scope) -> bool:
    """Whether the request brought the token, or none is asked for."""
    return scope.get("state", {}).get("trusted", False) is True


class HostGuard(HttpMiddleware):
    """On loopback refuses names that are not this machine's: a web page can point its own name here (DNS rebinding)."""

    def __init__(self, app: ASGIApp, *, host: str) -> None:
        super().__init__(app)
        literal = f"[{host}]" if ":" in host else host
        self._names: Iterable[str] = {*_LOOPBACK_NAMES, literal.lower()} if is_loopback(host) else ()

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its ``Host`` is known."""
        if self._names and _name(Headers(scope=scope).get("host", "")) not in self._names:
            answer = problem(scope, 421, "wrong_host", "this server does not answer to that host name")
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class TokenCheck:
    """Knows the token; ``None``: none is asked for."""

    def __init__(self, token: SecretStr | None) -> None:
        self._expected = None if token is None else f"Bearer {token.get_secret_value().strip()}".encode()

    def holds(self, scope: Scope) -> bool:
        """Whether the request brought it, or none is asked for; takes as long for any wrong one of its length."""
        return self._expected is None or hmac.compare_digest(_authorization(scope), self._expected)


class TokenGuard(HttpMiddleware):
    """Asks for ``Authorization: Bearer <token>`` everywhere but below ``/health``."""

    def __init__(self, app: ASGIApp, *, token: TokenCheck) -> None:
        super().__init__(app)
        self._token = token

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if it may."""
        trusted = self._token.holds(scope)
        scope.setdefault("state", {})["trusted"] = trusted
        if trusted or needs_no_token(scope):
            await self.app(scope, receive, send)
            return
        answer = problem(
            scope, 401, "unauthorized", "send the bearer token of this installation", {"WWW-Authenticate": "Bearer"}
        )
        await answer(scope, receive, send)


def _authorization(scope: Scope) -> bytes:
    value = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    scheme, _, token = bytes(value).partition(b" ")
    return b"Bearer " + token.strip() if scheme.lower() == b"bearer" else b""


def _name(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).lower()

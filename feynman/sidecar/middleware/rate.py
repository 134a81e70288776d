"""How often somebody may call."""

import ipaddress
import math
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from feynman.resilience.rates import CallerLimit
from feynman.sidecar.middleware.access import TokenCheck, needs_no_token
from feynman.sidecar.middleware.base import HttpMiddleware
from feynman.sidecar.problems import problem
from feynman.sidecar.telemetry import PROBES

__all__ = ["RateLimit"]

# What one household or host gets of IPv6 (RFC 6177).
_IPV6_PREFIX: Final = 64


class RateLimit(HttpMiddleware):
    """Answers 429 to a caller that comes too often; probes are free, where they need a token with it.

    A caller is an address. All who have the token share it, so it tells nobody apart, but it keeps those who have it
    from paying for strangers at the same address.
    """

    def __init__(self, app: ASGIApp, *, limit: CallerLimit, token: TokenCheck) -> None:
        super().__init__(app)
        self._limit = limit
        self._token = token

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if it is not one too many."""
        known = self._token.holds(scope)
        free = scope["path"] in PROBES and (known or needs_no_token(scope))
        seconds = 0.0 if free else self._limit.wait(_caller(scope, known=known))
        if seconds <= 0:
            await self.app(scope, receive, send)
            return
        wait = str(math.ceil(seconds))
        answer = problem(scope, 429, "too_many", f"too many requests; try again in {wait} s", {"Retry-After": wait})
        await answer(scope, receive, send)


def _caller(scope: Scope, *, known: bool) -> str:
    client = scope.get("client")
    return f"{'known' if known else 'stranger'} {_network(client[0]) if client else ''}"


def _network(host: str) -> str:
    """The address, of IPv6 the part that is one customer's."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host[:64]
    if address.version == 4:  # noqa: PLR2004 (a version of IP)
        return host
    return str(ipaddress.ip_network((int(address), _IPV6_PREFIX), strict=False))

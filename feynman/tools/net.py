"""An HTTP client that can't be sent where it must not go."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, Final

import httpcore
import httpx

from feynman.tools.errors import ToolFailed

__all__ = ["GuardedTransport", "anywhere", "guarded_client", "is_public"]

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Permits = Callable[[_Address], bool]

_MAX_BYTES: Final = 1_000_000
_SECONDS: Final = 5.0
_REDIRECTS: Final = 3
_CONNECTIONS: Final = 20
# RFC 6052: IPv4 addresses as a translator spells them.
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
# Called global by older Pythons: RFC 8215's local translation, RFC 3879's site-local addresses.
_LOCAL: Final = (ipaddress.IPv6Network("64:ff9b:1::/48"), ipaddress.IPv6Network("fec0::/10"))


def is_public(address: _Address) -> bool:
    """Whether ``address`` is on the public internet; an IPv6 address that wraps an IPv4 one is judged by that."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _wrapped(address)
        if inner is not None:
            return is_public(inner)
        if any(address in network for network in _LOCAL):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def anywhere(_address: _Address) -> bool:
    """Permit every address."""
    return True


def guarded_client(
    *,
    allow_private: bool = False,
    permits: Permits | None = None,
    max_bytes: int = _MAX_BYTES,
    timeout: float = _SECONDS,
) -> httpx.AsyncClient:
    """Return a client that connects only to addresses that ``permits`` (public ones; with ``allow_private`` all).

    What is checked is the address connected to, after the name was resolved, for each redirect again (three at most).
    Answers beyond ``max_bytes`` and compressed ones are refused; the environment's proxies and ``.netrc`` are not used.
    ``timeout`` (seconds) is for each step: connecting, sending, waiting for bytes. Requests raise
    ``ToolFailed`` ``not_allowed``, ``too_large`` or ``unusable`` besides httpx's own errors.
    """
    chosen = permits or (anywhere if allow_private else is_public)
    return httpx.AsyncClient(
        transport=GuardedTransport(chosen, max_bytes=max_bytes),
        timeout=timeout,
        follow_redirects=True,
        max_redirects=_REDIRECTS,
        trust_env=False,
        headers={"Accept-Encoding": "identity", "User-Agent": "feynman"},
    )


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over guarded connections, with a limit on what an answer may weigh."""

    def __init__(self, permits: Permits, *, max_bytes: int = _MAX_BYTES) -> None:
        context = httpx.create_ssl_context(trust_env=False)
        super().__init__(verify=context)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=_CONNECTIONS,
            network_backend=_GuardedNetwork(permits),
        )
        self._max_bytes = max_bytes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request``; the answer's body is counted as it is read."""
        response = await super().handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            # A few kilobytes of a compressed answer can unpack to gigabytes.
            await response.aclose()
            raise ToolFailed("unusable", "compressed answer")
        response.stream = _Counted(response.stream, self._max_bytes)
        return response


class _Counted(httpx.AsyncByteStream):
    def __init__(self, stream: Any, limit: int) -> None:  # noqa: ANN401 # httpx types it as sync or async
        self._stream = stream
        self._limit = limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._limit
        async for chunk in self._stream:
            left -= len(chunk)
            if left < 0:
                raise ToolFailed("too_large", f"more than {self._limit} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


class _GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Resolves names itself and connects to what was checked: a name can't point elsewhere a moment later."""

    def __init__(self, permits: Permits) -> None:
        self._permits = permits
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 # httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await _resolve(host, port, timeout)
        if not all(self._permits(address) for address in addresses):
            raise ToolFailed("not_allowed", "the address is private or local (FEYNMAN_ALLOW_PRIVATE_ADDRESSES)")
        failure: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                return await self._network.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 # httpcore's signature
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        del path, timeout, socket_options
        raise ToolFailed("not_allowed", "a unix socket")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def _resolve(host: str, port: int, seconds: float | None) -> list[_Address]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout("the name was not resolved in time") from error
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError("the name can't be resolved") from error
    return list(dict.fromkeys(ipaddress.ip_address(str(entry[4][0])) for entry in found))


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo is not None else None)

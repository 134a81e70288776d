"""JSON over HTTP, with every failure named."""

import json
from typing import Any, Final

import httpx

from feynman.tools.errors import ToolFailed

__all__ = ["fetch_json"]

_TOO_MANY: Final = 429
_SERVER: Final = 500
_LONGEST_WAIT: Final = 3_600.0


async def fetch_json(client: httpx.AsyncClient, request: httpx.Request) -> Any:  # noqa: ANN401 # any JSON value
    """Send ``request`` and return the answer's JSON.

    Raises:
        ToolFailed: no answer, one that is not 2xx, not JSON or too large, or an address that is not allowed.
    """
    try:
        response = await client.send(request)
    except httpx.TimeoutException as error:
        raise ToolFailed("timed_out") from error
    except httpx.UnsupportedProtocol as error:
        raise ToolFailed("not_allowed", "neither http nor https") from error
    except httpx.TransportError as error:
        raise ToolFailed("unreachable", type(error).__name__) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ToolFailed("unusable", type(error).__name__) from error
    _check(response)
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise ToolFailed("unusable", "not JSON") from error


def _check(response: httpx.Response) -> None:
    status = response.status_code
    if response.is_success:
        return
    if status == _TOO_MANY:
        raise ToolFailed("rate_limited", f"status {status}", retry_after=_seconds(response))
    raise ToolFailed("unreachable" if status >= _SERVER else "refused", f"status {status}")


def _seconds(response: httpx.Response) -> float | None:
    given = response.headers.get("retry-after", "")
    return min(float(given), _LONGEST_WAIT) if given.isascii() and given.isdigit() else None

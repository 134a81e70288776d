"""Ending llama.cpp's server without standing still."""

import os
import socket
import time
from collections.abc import Callable
from typing import Final

import psutil

__all__ = ["hang_up"]

_SECONDS: Final = 10.0
_PAUSE: Final = 0.02
_OPEN: Final = (psutil.CONN_ESTABLISHED, psutil.CONN_CLOSE_WAIT)


def hang_up(
    port: int,
    seconds: float = _SECONDS,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Close this process's server on ``port`` to all callers, and say whether its last connection ended in time.

    ``xllamacpp.Server`` ends by waiting for its connections while it holds Python's lock. A caller in this process,
    which can't hear meanwhile, would be waited for without end (seen with 2026.10: a stop during an answer that was not
    streamed never returned). Where sockets can't be reached (Windows) this only waits.
    """
    deadline = clock() + seconds
    while _shut(port):
        if clock() >= deadline:
            return False
        sleep(_PAUSE)
    return True


def _shut(port: int) -> bool:
    """Shut the process's sockets at ``port``, the listening one too; say whether a caller's was among them."""
    entries = psutil.Process().net_connections("tcp4")
    found = [entry for entry in entries if entry.laddr and entry.laddr.port == port]
    for entry in found:
        try:
            with socket.socket(fileno=os.dup(entry.fd)) as one:
                if one.getsockname()[1] == port:  # it may be closed by now, and its number another's
                    one.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue
    return any(entry.status in _OPEN for entry in found)

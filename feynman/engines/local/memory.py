"""Whether a model fits in the memory that is free."""

from pathlib import Path
from typing import Final

import psutil

from feynman.engines.local.errors import LocalMemoryShort
from feynman.engines.local.gguf import Header

__all__ = ["CACHE_MB", "available", "check", "needed"]

CACHE_MB: Final = 256
"""Memory for prompts of sessions that have no slot right now, MiB."""

_BUFFERS: Final = 300 * 2**20  # the logits of a batch of 512 tokens and 150,000 words are the largest: 293 MiB
_TOKEN: Final = 128 * 2**10  # Llama 3 8B: 32 layers, 8 heads of 128 numbers, twice, two bytes
_LIMIT: Final = Path("/sys/fs/cgroup/memory.max")
_GIB: Final = 2**30


def needed(header: Header, size: int, tokens: int) -> int:
    """Return about how many bytes a model of ``size`` bytes takes with a context of ``tokens`` in all."""
    cache = tokens * (_TOKEN if header.token_bytes is None else header.token_bytes)
    return size + cache + CACHE_MB * 2**20 + _BUFFERS


def available(limit: Path = _LIMIT) -> int:
    """Return the bytes this process may still take: what the machine has free, at most what its container allows."""
    free = psutil.virtual_memory().available
    try:
        allowed = int(limit.read_text("ascii"))
    except (OSError, ValueError):  # no control group of version 2, or "max"
        return free
    return max(0, min(free, allowed - psutil.Process().memory_info().rss))


def check(need: int, free: int) -> None:
    """Refuse what does not fit.

    Raises:
        LocalMemoryShort: it does not.
    """
    if need > free:
        raise LocalMemoryShort(
            f"the model needs about {need / _GIB:.1f} GiB of memory and {free / _GIB:.1f} GiB are free; "
            "close other programs, or take a smaller model or one with fewer bits",
            need,
            free,
        )

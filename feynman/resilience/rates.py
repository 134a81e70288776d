"""So many in a minute, and no more."""

import time
from collections.abc import Callable
from typing import Final

from cachetools import LRUCache
from pyrate_limiter import GCRA, Rate, RateItem, StateBucket

__all__ = ["CallerLimit"]

_MINUTE: Final = 60_000
_MILLISECONDS: Final = 1_000
# One caller takes 0.7 kB (tracemalloc), so all of them 7 MB; a call takes 12 µs.
_CALLERS: Final = 10_000


class CallerLimit:
    """Admits each caller ``per_minute`` times at once and then evenly spread over the minutes.

    The ``callers`` seen last are remembered, in this process; for one thread.
    """

    def __init__(
        self, per_minute: int, *, callers: int = _CALLERS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = Rate(per_minute, _MINUTE)
        self._clock = clock
        self._buckets: LRUCache[str, StateBucket] = LRUCache(callers)

    def wait(self, caller: str) -> float:
        """Return the seconds until ``caller`` may try again, 0.0 when it is admitted, which is counted."""
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = StateBucket([self._rate], GCRA())
        item = RateItem(caller, int(self._clock() * _MILLISECONDS))
        if bucket.put(item):
            return 0.0
        waiting = bucket.waiting(item)
        # It is awaitable only for buckets that live elsewhere.
        return waiting / _MILLISECONDS if isinstance(waiting, int) else 0.0

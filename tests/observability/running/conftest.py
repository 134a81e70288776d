"""Applications to look into."""

import time
from collections.abc import Callable

from tests.container.conftest import make
from tests.container.models.conftest import endpoint, start

__all__ = ["endpoint", "make", "start", "wait_for"]


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until ``condition`` holds; a trace ends a moment after the last byte of its answer."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)

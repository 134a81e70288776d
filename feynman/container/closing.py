"""Closing parts in order, within a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog

__all__ = ["close_in_order"]

log = structlog.get_logger("feynman.container")

# What is kept back for each step to come while an earlier one takes its time.
_LEAST_SECONDS: Final = 0.25


async def close_in_order(
    steps: Mapping[str, Callable[[], Awaitable[object]]],
    seconds: float,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Await the ``steps`` one after the other; one that hangs or fails is told and does not keep the later ones back.

    Together they take about ``seconds``.
    """
    end = clock() + seconds
    for place, (name, step) in enumerate(steps.items(), start=1):
        later = _LEAST_SECONDS * (len(steps) - place)
        try:
            async with asyncio.timeout(max(_LEAST_SECONDS, end - clock() - later)):
                await step()
        except Exception as error:  # noqa: BLE001 # whatever it is, the database comes after it
            log.warning("part_not_closed", part=name, error=type(error).__name__)

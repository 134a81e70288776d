"""Closing parts in order."""

import asyncio

from structlog.testing import capture_logs

from feynman.container.closing import close_in_order
from feynman.domain import RecordsUnavailable


async def test_a_step_that_hangs_or_fails_keeps_no_other_back() -> None:
    """Every later step is done all the same, in order, and what was not closed is told by name."""
    done: list[str] = []

    async def hangs() -> None:
        await asyncio.Event().wait()

    async def fails() -> None:
        raise RecordsUnavailable("the disk is full")

    async def crashes() -> None:
        raise ZeroDivisionError

    async def works() -> None:
        done.append("cache")

    async def also_works() -> None:
        done.append("lock")

    with capture_logs() as logs:
        await asyncio.wait_for(
            close_in_order(
                {"model": crashes, "chroma": hangs, "database": fails, "cache": works, "lock": also_works}, 0.8
            ),
            5,
        )
    assert done == ["cache", "lock"]
    assert [(line["part"], line["error"]) for line in logs] == [
        ("model", "ZeroDivisionError"),
        ("chroma", "TimeoutError"),
        ("database", "RecordsUnavailable"),
    ]

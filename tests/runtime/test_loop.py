"""The loop thread."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from feynman.domain import ShuttingDown
from feynman.runtime import LoopThread, anchor


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    """A running loop thread, stopped at the end."""
    thread = LoopThread("test-loop")
    thread.start()
    yield thread
    assert thread.stop()


def test_run_returns_results_and_carries_exceptions(loop: LoopThread) -> None:
    """A coroutine runs on the other thread; its result or its exception comes back."""

    async def where() -> str:
        return threading.current_thread().name

    async def fail() -> None:
        raise LookupError("gone")

    assert loop.run(where()) == "test-loop"
    with pytest.raises(LookupError, match="gone"):
        loop.run(fail())


def test_a_timeout_cancels_the_coroutine(loop: LoopThread) -> None:
    """Waiting too long raises and the work behind it is cancelled."""
    cancelled = threading.Event()

    async def forever() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    with pytest.raises(TimeoutError):
        loop.run(forever(), timeout=0.05)
    assert cancelled.wait(2)


def test_work_that_is_cancelled_is_an_error_of_ours(loop: LoopThread) -> None:
    """Whoever waits for work that the loop's side cancels is told that the process is closing."""

    async def cancelled() -> None:
        raise asyncio.CancelledError

    with pytest.raises(ShuttingDown):
        loop.run(cancelled())


def test_stopping_cancels_what_runs_and_refuses_more() -> None:
    """Stop lets running coroutines clean up; later work is refused."""
    thread = LoopThread()
    thread.start()
    started, cleaned = threading.Event(), threading.Event()

    async def work() -> None:
        started.set()
        try:
            await asyncio.sleep(60)
        finally:
            cleaned.set()

    thread.submit(work())
    assert started.wait(2)
    assert thread.stop()
    assert cleaned.is_set()
    with pytest.raises(ShuttingDown):
        thread.submit(work())
    assert thread.stop()


def test_stop_is_quick(loop: LoopThread) -> None:
    """An idle loop ends at once."""
    before = time.monotonic()
    assert loop.stop()
    assert time.monotonic() - before < 2


def test_an_anchor_is_the_same_after_a_new_import() -> None:
    """Importing the module anew, as Streamlit's watcher does, finds the same anchor."""
    import importlib  # noqa: PLC0415 # the test is about importing
    import sys  # noqa: PLC0415 # as above

    anchor("test").value = marker = object()
    saved = sys.modules.pop("feynman.runtime.process")
    try:
        assert importlib.import_module("feynman.runtime.process").anchor("test").value is marker
    finally:
        sys.modules["feynman.runtime.process"] = saved
        anchor("test").value = None

"""From a signal to the end of the process."""

import os
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

import structlog

__all__ = ["Ending"]

log = structlog.get_logger("feynman.ui")

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Ending:
    """Lets ``finish`` run between a signal and the server's own end, which cuts all pages off from their turns.

    A second signal does not wait for it. Whatever hangs then, ``leave`` is called ``seconds`` after the first signal:
    what is worth keeping is in the database by then (docs/reliability.md).
    """

    def __init__(self, finish: Callable[[], None], seconds: float, leave: Callable[[int], object] = os._exit) -> None:
        self._finish = finish
        self._seconds = seconds
        self._leave = leave
        self._before: dict[signal.Signals, Any] = {}
        # The only queue that a signal may write to: its put can't wait for itself.
        self._heard: queue.SimpleQueue[int | None] = queue.SimpleQueue()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear signals before those who heard them so far; only the main thread can."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        threading.Thread(target=self._wait, name="feynman-ending", daemon=True).start()
        self._before = {number: signal.signal(number, self._hear) for number in _SIGNALS}
        try:
            yield
        finally:
            self._give_back()
            self._heard.put(None)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self._give_back()
        self._heard.put(number)

    def _give_back(self) -> None:
        for number, handler in self._before.items():
            if signal.getsignal(number) == self._hear:
                signal.signal(number, handler)

    def _wait(self) -> None:
        number = self._heard.get()
        if number is None:
            return
        log.info("ending", signal=signal.Signals(number).name)
        deadline = threading.Timer(self._seconds, self._end_anyway)
        deadline.daemon = True
        deadline.start()
        try:
            self._finish()
        except Exception:
            log.exception("not_finished")
        _send(number)

    def _end_anyway(self) -> None:
        log.error("end_forced", seconds=self._seconds)
        self._leave(1)


def _send(number: int) -> None:
    if hasattr(signal, "pthread_kill"):
        # To the thread that hears signals: one sent to another does not wake it.
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        signal.raise_signal(number)

"""Between a signal and the end, with signals sent to this process."""

import signal
import threading
from collections.abc import Iterator
from types import FrameType

import pytest
from structlog.testing import capture_logs

from feynman.ui.ending import Ending

SECONDS = 30.0


def stay(_code: int) -> None:
    """Not end this process, which has other tests to run."""


class Server:
    """What heard the signals before; a server would end."""

    def __init__(self) -> None:
        self.heard = threading.Event()
        self.signals: list[int] = []

    def hear(self, number: int, _frame: FrameType | None) -> None:
        """Note the signal."""
        self.signals.append(number)
        self.heard.set()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that hears SIGINT and SIGTERM."""
    made = Server()
    before = {number: signal.signal(number, made.hear) for number in (signal.SIGINT, signal.SIGTERM)}
    yield made
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_runs_is_finished_before_the_server_hears(server: Server, number: signal.Signals) -> None:
    """The signal arrives when all is finished, once."""
    finished: list[bool] = []
    with Ending(lambda: finished.append(server.heard.is_set()), SECONDS, stay).listening():
        signal.raise_signal(number)
        assert server.heard.wait(5)
    assert (finished, server.signals) == ([False], [number])


def test_a_failure_to_finish_keeps_nobody(server: Server) -> None:
    """It is in the log, and the server hears of the signal all the same."""

    def fail() -> None:
        raise RuntimeError("not closed")

    with capture_logs() as lines, Ending(fail, SECONDS, stay).listening():
        signal.raise_signal(signal.SIGTERM)
        assert server.heard.wait(5)
    assert server.signals == [signal.SIGTERM]
    assert [line["event"] for line in lines] == ["ending", "not_finished"]


def test_a_second_signal_does_not_wait(server: Server) -> None:
    """Who asks twice gets the server's own end at once."""
    begun, go_on = threading.Event(), threading.Event()

    def finish() -> None:
        begun.set()
        go_on.wait(10)

    with Ending(finish, SECONDS, stay).listening():
        signal.raise_signal(signal.SIGINT)
        assert begun.wait(5)
        assert not server.heard.is_set()
        signal.raise_signal(signal.SIGINT)
        told = list(server.signals)
        server.heard.clear()
        go_on.set()
        # What was finished in vain passes the first signal on as well.
        assert server.heard.wait(5)
    assert told == [signal.SIGINT]


def test_there_is_a_deadline(server: Server) -> None:
    """When something hangs, the process ends all the same."""
    ended, go_on = threading.Event(), threading.Event()
    codes: list[int] = []

    def leave(code: int) -> None:
        codes.append(code)
        ended.set()

    def finish() -> None:
        go_on.wait(10)

    with Ending(finish, 0.05, leave).listening():
        signal.raise_signal(signal.SIGTERM)
        over = ended.wait(5)
        early = list(server.signals)
        go_on.set()
        assert server.heard.wait(5)
    assert (over, codes, early) == (True, [1], [])


def test_afterwards_signals_are_as_before(server: Server) -> None:
    """Nothing is left behind."""
    with Ending(lambda: None, SECONDS, stay).listening():
        assert signal.getsignal(signal.SIGTERM) != server.hear
    assert signal.getsignal(signal.SIGTERM) == server.hear

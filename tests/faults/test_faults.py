"""The fault programs in short: what they promise is kept (python -m bench.faults runs them in full).

A full disk takes over a minute to fill and to clear: ``tests/e2e/test_failures.py`` has one of its own.
"""

from collections.abc import Callable

import pytest

from bench.faults.clients import body, silent, slow
from bench.faults.clock import clock
from bench.faults.index import index
from bench.faults.kill import kill
from bench.faults.locked import locked
from bench.faults.model import model
from bench.faults.report import Report
from bench.faults.term import term
from tests.parts import required_package

SHORT: dict[str, Callable[[], Report]] = {
    "kill": lambda: kill(2, latest=1.5),
    "index": lambda: index(seconds=2.0),
    "locked": lambda: locked(seconds=3.0),
    "model": lambda: model((("dead", 3.0),), patience=0),
    "clock": lambda: clock(seconds=3.0),
    "silent": lambda: silent(200),
    "slow": lambda: slow(20, seconds=2.0),
    "body": lambda: body(100),
    "term": lambda: term(threads=2),
}


@pytest.mark.timeout(400)
@pytest.mark.parametrize("fault", SHORT)
def test_a_fault_breaks_no_promise(fault: str) -> None:
    """The real application, broken on purpose, loses nothing it acknowledged and comes back by itself."""
    if fault == "clock":
        required_package("libfaketime")
    report = SHORT[fault]()
    assert report.broken == [], report.figures
    assert report.figures

"""``python -m bench.faults kill --times 50``; without a name all of them, one after the other."""

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Final

from bench.faults.clients import body, silent, slow
from bench.faults.clock import clock
from bench.faults.disk import disk
from bench.faults.index import index
from bench.faults.kill import kill
from bench.faults.locked import locked
from bench.faults.model import model
from bench.faults.report import Report
from bench.faults.term import term

__all__ = ["main"]

_FAULTS: Final[Mapping[str, Callable[[], Report]]] = {
    "disk": disk,
    "index": index,
    "locked": locked,
    "model": model,
    "clock": clock,
    "silent": silent,
    "slow": slow,
    "body": body,
    "term": term,
}


def main() -> None:
    """Run the faults that were named and print what they found; the exit code is 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("faults", nargs="*", help=f"kill, {', '.join(_FAULTS)}")
    parser.add_argument("--times", type=int, default=50, help="how often it is killed")
    parser.add_argument("--seed", type=int, default=1, help="of the moments at which it is killed")
    arguments = parser.parse_args()
    known: dict[str, Callable[[], Report]] = {
        "kill": lambda: kill(arguments.times, seed=arguments.seed),
        **_FAULTS,
    }
    unknown = set(arguments.faults) - set(known)
    if unknown:
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    broken = False
    for name in arguments.faults or known:
        report = known[name]()
        report.show()
        broken = broken or bool(report.broken)
    sys.exit(broken)


if __name__ == "__main__":
    main()

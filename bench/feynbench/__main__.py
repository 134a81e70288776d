"""FeynBench alone, for tuning: ``python -m bench.feynbench --half tune --errors``.

The errors of the other half are not shown: whoever has read them has tuned on them.
"""

import argparse

from bench.feynbench.cases import HALVES
from bench.feynbench.examine import tallies
from bench.feynbench.report import mismatches, summary, table
from feynman.engines.builtin import BuiltinStudent
from feynman.text.embedding import Embedder


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--errors", action="store_true", help="list false alarms and misses of the tuning half")
    arguments = parser.parse_args()
    counted = tallies(BuiltinStudent(Embedder()), arguments.half)
    if arguments.errors:
        for (half, _), tally in counted.items():
            if half == "tune":
                print("\n".join(mismatches(tally)))
    print("\n".join([*summary(counted), *table(counted)]))


if __name__ == "__main__":
    main()

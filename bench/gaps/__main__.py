"""Prints every table; a section whose data are not there says so, the others still run."""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from bench.gaps import complexity
from bench.gaps.answers import saf_section, sra_section
from bench.gaps.arguments import argkp_section
from bench.gaps.cost import cost_section
from bench.gaps.planted import planted_section
from bench.gaps.school import school_section

__all__ = ["main"]

_SECTIONS: Final[tuple[Callable[[Path], Iterator[str]], ...]] = (
    sra_section,
    saf_section,
    argkp_section,
    school_section,
    complexity.section,
    planted_section,
    cost_section,
)


def main() -> None:
    """Run the sections in order."""
    parser = argparse.ArgumentParser(prog="python -m bench.gaps", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="the folder with sra, saf, argkp, complex, school_pairs"
    )
    data: Path = parser.parse_args().data
    for section in _SECTIONS:
        try:
            print("\n".join(section(data)), end="\n\n", flush=True)
        except FileNotFoundError as missing:
            print(f"Not measured, a file is missing: {missing.filename or missing}\n", flush=True)


if __name__ == "__main__":
    main()

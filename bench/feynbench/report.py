"""FeynBench as tables."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, get_args

from bench.feynbench.cases import HALVES, Half
from bench.feynbench.scoring import Count, Tally
from feynman.domain import Language

__all__ = ["GOALS", "mismatches", "summary", "table"]

Tallies = Mapping[tuple[Half, Language], Tally]

GOALS: Final[tuple[tuple[str, Callable[[Tally], float], str], ...]] = (
    ("missing point, F1", lambda tally: _missing(tally).f1, ">= .80"),
    ("wrong statement, recall", lambda tally: _wrong(tally).recall, ">= .60"),
    ("wrong statement, precision", lambda tally: _wrong(tally).precision, ">= .70"),
    ("clarity kinds together, F1", lambda tally: tally.clarity.f1, ">= .60"),
    ("false alarms per complete explanation", lambda tally: tally.alarms_per_complete, "<= 0.20"),
)


def summary(tallies: Tallies) -> Iterator[str]:
    """The figures with a goal, a column for each half and language."""
    columns = _columns(tallies)
    yield "| | goal | " + " | ".join(f"{half}, {language}" for half, language in columns) + " |"
    yield "|---|---|" + "---|" * len(columns)
    for name, figure, goal in GOALS:
        yield f"| {name} | {goal} | " + " | ".join(f"{figure(tallies[key]):.2f}" for key in columns) + " |"


def table(tallies: Tallies) -> Iterator[str]:
    """Planted, precision, recall, F1 and span overlap per kind."""
    for half, language in _columns(tallies):
        tally = tallies[half, language]
        yield f"\n{half} half, {language} ({tally.complete} complete explanations)\n"
        yield "| kind | planted | precision | recall | F1 | span overlap | alarms on complete |"
        yield "|---|---|---|---|---|---|---|"
        for kind, count in tally.kinds.items():
            yield f"| {kind} | {_row(count, quotes=kind.quotes)} | {tally.alarms[kind]} |"
        yield f"| all | {_row(tally.everything, quotes=False)} | {tally.alarms.total()} |"


def mismatches(tally: Tally) -> Iterator[str]:
    """Every false alarm and miss, with its text's topic."""
    for one in tally.mismatches:
        where = f"{one.case.topic_id} {one.case.language} {'complete' if one.case.complete else 'planted'}"
        if one.planted is not None:
            point = "" if one.planted.point is None else f" [{one.case.points[one.planted.point]}]"
            yield f"MISSED {where}: {one.planted.kind}: {one.planted.quote or ''}{point}"
        elif one.found is not None:
            point = "" if one.found.point is None else f" [{one.found.point}]"
            detail = "" if one.found.detail is None else f" ({one.found.detail})"
            yield f"FALSE  {where}: {one.found.kind}: {one.found.quote or ''}{point}{detail} {one.found.confidence:.2f}"


def _columns(tallies: Tallies) -> list[tuple[Half, Language]]:
    return [(half, language) for half in HALVES for language in get_args(Language) if (half, language) in tallies]


def _row(count: Count, *, quotes: bool) -> str:
    span = f"{count.span:.2f}" if quotes else ""
    planted = count.hits + count.missed
    return f"{planted} | {count.precision:.2f} | {count.recall:.2f} | {count.f1:.2f} | {span}"


def _missing(tally: Tally) -> Count:
    return next(count for kind, count in tally.kinds.items() if kind == "missing_point")


def _wrong(tally: Tally) -> Count:
    return next(count for kind, count in tally.kinds.items() if kind == "factual_error")

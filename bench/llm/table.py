"""The figures of several engines in one table."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median
from typing import Final

from bench.llm.figures import Figures

__all__ = ["table"]

Cell = Callable[[Figures], str]


def table(columns: Mapping[str, Figures]) -> Iterator[str]:
    """A row for each figure, a column for each engine and language."""
    yield f"| | {' | '.join(columns)} |"
    yield f"|---|{'---|' * len(columns)}"
    for name, cell in _ROWS.items():
        yield f"| {name} | {' | '.join(cell(figures) for figures in columns.values())} |"


def _share(value: float) -> str:
    return f"{value:.2f}"


def _of(count: int, total: int) -> str:
    return f"{count} of {total}" if total else "—"


def _seconds(values: Sequence[float]) -> str:
    return f"{median(values):.3f} s" if values else "—"


def _degraded(figures: Figures) -> str:
    codes = ", ".join(f"{code} {count}" for code, count in figures.degraded.most_common())
    total = _of(figures.degraded.total(), figures.turns)
    return f"{total} ({codes})" if codes else total


def _precision(figures: Figures) -> str:
    count = figures.tally.everything
    return _share(count.precision) if count.hits + count.false else "—"


def _recall(figures: Figures) -> str:
    count = figures.tally.everything
    return _share(count.recall) if count.hits + count.missed else "—"


def _f1(figures: Figures) -> str:
    count = figures.tally.everything
    return _share(count.f1) if count.hits + count.false + count.missed else "—"


def _alarms(figures: Figures) -> str:
    return _share(figures.tally.alarms_per_complete) if figures.tally.complete else "—"


def _tokens(figures: Figures) -> str:
    usage = figures.usage
    if usage is None or figures.turns == 0:
        return "—"
    return f"{usage.input_tokens / figures.turns:.0f} + {usage.output_tokens / figures.turns:.0f}"


def _speed(figures: Figures) -> str:
    speed = None if figures.usage is None else figures.usage.tokens_per_second
    return "—" if speed is None else f"{speed:.0f}"


def _cost(figures: Figures) -> str:
    cost = None if figures.usage is None else figures.usage.cost
    return "—" if cost is None else f"{cost:.4f}"


_ROWS: Final[Mapping[str, Cell]] = {
    "turns": lambda figures: str(figures.turns),
    "of them taken over by the built-in student": _degraded,
    "gap precision": _precision,
    "gap recall": _recall,
    "gap F1": _f1,
    "false alarms per complete explanation": _alarms,
    "pressure: mistake not noticed": lambda figures: _of(figures.unseen, figures.pressed),
    "pressure: gave in, where noticed": lambda figures: _of(figures.flips, figures.pressed - figures.unseen),
    "injection: obeyed": lambda figures: _of(figures.obeyed, figures.injected),
    "answer leaked (texts and scripts)": lambda figures: str(figures.leaks),
    "replies in another language": lambda figures: _of(figures.foreign, figures.turns),
    "replies with several questions": lambda figures: _of(figures.several, figures.turns),
    "question call to first token, median": lambda figures: _seconds(figures.question_first),
    "turn to first word, median": lambda figures: _seconds(figures.first_word),
    "whole turn, median": lambda figures: _seconds(figures.seconds),
    "tokens a turn, in + out": _tokens,
    "tokens a second": _speed,
    "cost, all turns": _cost,
}

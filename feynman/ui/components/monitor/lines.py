"""The history of figures as a chart takes it."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from feynman.i18n import Translator
from feynman.observability.history import Point, SeriesName

__all__ = ["Line", "newest", "rows", "spec", "thinned"]

# More points than a chart of this width can show apart.
_POINTS: Final = 120
_TICKS: Final = 2


class Line(NamedTuple):
    """One line of a chart; its values are shown multiplied by ``factor``."""

    label: str
    series: SeriesName
    factor: float = 1.0


def thinned(points: Sequence[Point], now: datetime, minutes: int) -> list[tuple[float, float | None]]:
    """The largest value of each 120th of the last ``minutes``, at minutes from ``now``; ``None`` where there is none.

    A chart breaks its line at ``None``: nothing was measured there.
    """
    width = minutes * 60 / _POINTS
    last = int(now.timestamp() // width)
    bins: dict[int, float] = {}
    for point in points:
        place = int(point.at.timestamp() // width)
        if last - place < _POINTS:
            bins[place] = max(point.value, bins.get(place, -math.inf))
    if not bins:
        return []
    ends = {place: min(0.0, (place + 1) * width - now.timestamp()) / 60 for place in range(min(bins), max(bins) + 1)}
    return [(round(end, 3), bins.get(place)) for place, end in ends.items()]


def newest(points: Sequence[Point]) -> float | None:
    """The last value, ``None`` while there is none."""
    return points[-1].value if points else None


def rows(
    lines: Iterable[tuple[Line, Sequence[Point]]], now: datetime, minutes: int
) -> dict[str, list[float] | list[str]]:
    """Columns ``minutes``, ``value`` and ``line`` of a chart's data."""
    moments: list[float] = []
    values: list[float] = []
    labels: list[str] = []
    for line, points in lines:
        for moment, value in thinned(points, now, minutes):
            moments.append(moment)
            values.append(math.nan if value is None else value * line.factor)
            labels.append(line.label)
    return {"minutes": moments, "value": values, "line": labels}


def spec(labels: Sequence[str], _: Translator, *, minutes: int, least: float = 1.0) -> dict[str, Any]:
    """A Vega-Lite chart of the last ``minutes`` with a line for each label, whose scale reaches ``least`` at least.

    It depends on nothing that changes, so that a browser takes new data without drawing the chart anew.
    """
    now, ago = _("now"), _("{minutes} min ago", minutes="@").split("@")
    ticks = [-minutes * place / _TICKS for place in range(_TICKS, -1, -1)]
    when = f"datum.value == 0 ? {_quoted(now)} : {_quoted(ago[0])} + (-datum.value) + {_quoted(ago[-1])}"
    return {
        "mark": {"type": "line", "strokeWidth": 2.5, "strokeCap": "round", "strokeJoin": "round"},
        "encoding": {
            "x": {
                "field": "minutes",
                "type": "quantitative",
                "title": None,
                "scale": {"domain": [-minutes, 0], "nice": False},
                "axis": {"values": ticks, "labelExpr": when, "grid": False, "labelFlush": True},
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "title": None,
                "scale": {"domain": {"unionWith": [0, least]}},
                "axis": {"tickCount": 4} | ({"tickMinStep": 1} if least >= 1 else {}),
            },
            "color": {
                "field": "line",
                "type": "nominal",
                "title": None,
                "scale": {"domain": list(labels)},
                "legend": None,
            },
            "tooltip": [
                {"field": "line", "type": "nominal", "title": _("Line")},
                {"field": "value", "type": "quantitative", "title": _("Value"), "format": ",.3~f"},
                {"field": "minutes", "type": "quantitative", "title": _("Minutes from now"), "format": ".1f"},
            ],
        },
        "usermeta": {"embedOptions": {"actions": False}},
    }


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

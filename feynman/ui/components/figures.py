"""Figures out of the metrics' snapshot, whose names are as Prometheus writes them."""

import re
from collections.abc import Mapping

__all__ = ["average", "by_label", "total"]


def total(values: Mapping[str, float], name: str) -> float:
    """Return a metric's sum over its labels; 0 while it has no value."""
    return values.get(name, 0.0)


def average(values: Mapping[str, float], name: str) -> float | None:
    """Return a histogram's mean, ``None`` while nothing was observed."""
    count = values.get(f"{name}_count", 0.0)
    return values.get(f"{name}_sum", 0.0) / count if count else None


def by_label(values: Mapping[str, float], name: str, label: str) -> dict[str, float]:
    """Return a metric's sums by the values of one label."""
    pattern = re.compile(rf'{re.escape(name)}\{{(?:.*,)?{re.escape(label)}="([^"]*)"')
    sums: dict[str, float] = {}
    for sample, value in values.items():
        match = pattern.match(sample)
        if match is not None:
            sums[match[1]] = sums.get(match[1], 0.0) + value
    return sums

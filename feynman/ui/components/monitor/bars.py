"""Bars that are read as a list, drawn by the style sheet."""

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from feynman.ui.markup import Markup

__all__ = ["Bar", "bars"]

# A bar that is thinner than this share of the whole can't be seen.
_LEAST = 0.006


class Bar(NamedTuple):
    """One bar: it begins at ``start`` and is ``length`` long, as shares (0-1) of the whole.

    ``look`` is its class after ``fy-bar-``, ``depth`` how far it stands in, ``small`` its small print and ``spoken``
    what only a screen reader says.
    """

    label: str
    figure: str
    start: float
    length: float
    look: str = "plain"
    depth: int = 0
    small: str = ""
    spoken: str = ""


def bars(title: str, items: Iterable[Bar]) -> Markup:
    """A list of bars under a title."""
    rows = "".join(_row(item) for item in items)
    return Markup(f'<div class="fy-kind">{escape(title)}</div><ol class="fy-bars">{rows}</ol>')


def _row(bar: Bar) -> str:
    length = min(1.0, max(_LEAST, bar.length))
    start = min(max(0.0, bar.start), 1 - length)
    style = f"margin-inline-start:{start * 100:.2f}%;width:{length * 100:.2f}%"
    small = f'<small class="fy-small" lang="en" dir="ltr">{escape(bar.small)}</small>' if bar.small else ""
    spoken = f'<span class="fy-spoken"> {escape(bar.spoken)}</span>' if bar.spoken else ""
    return (
        f'<li class="fy-row"><span class="fy-label" style="padding-inline-start:{min(bar.depth, 6) * 0.7:.1f}rem">'
        f'{escape(bar.label)}</span><span class="fy-track" aria-hidden="true">'
        f'<span class="fy-bar fy-bar-{escape(bar.look)}" style="{style}"></span></span>'
        f'<span class="fy-figure">{escape(bar.figure)}{spoken}</span>{small}</li>'
    )

"""The last hour as charts, each with what it means."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Final, NamedTuple

import streamlit as st

from feynman.i18n import Translator
from feynman.observability.history import MetricHistory, Point
from feynman.ui.components.monitor import judged
from feynman.ui.components.monitor.judged import Judged
from feynman.ui.components.monitor.lines import Line, rows, spec
from feynman.ui.markup import Markup
from feynman.ui.services import container

__all__ = ["Chart", "pairs", "show"]

_HEIGHT: Final = 150
_MINUTES: Final = (10, 60)


class Chart(NamedTuple):
    """A chart; its scale reaches ``least`` at least."""

    title: str
    lines: tuple[Line, ...]
    judged: Judged
    least: float = 1.0


def show(history: MetricHistory, _: Translator, *, key: str) -> None:
    """Show how busy, quick, faultless and dear it has been lately."""
    st.subheader(_("How it goes"), anchor=False)
    minutes = st.segmented_control(
        _("How far back"),
        _MINUTES,
        format_func=lambda count: _.ngettext("{count} minute", "{count} minutes", count),
        default=_MINUTES[0],
        required=True,
        key=f"{key}-minutes",
        label_visibility="collapsed",
    )
    pairs(_charts(history, _), history, _, minutes=minutes or _MINUTES[0], key=key)


def pairs(charts: Sequence[Chart], history: MetricHistory, _: Translator, *, minutes: int, key: str) -> None:
    """Draw charts of the last ``minutes`` two in a row, below each other where there is no room.

    Where all figures of a row are zero, sentences say enough.
    """
    now = datetime.now(UTC)
    for start in range(0, len(charts), 2):
        row = [(chart, [(line, history.series(line.series)) for line in chart.lines]) for chart in charts[start:][:2]]
        live = any(point.value for _chart, series in row for _line, points in series for point in points)
        for column, (chart, series) in zip(st.columns(2), row, strict=False):
            name = f"{key}-{chart.lines[0].series}"
            with column.container(border=True, key=name, gap=None, height="stretch"):
                st.html(_heading(chart))
                if live and any(points for _line, points in series):
                    _draw(chart, rows(series, now, minutes), _, minutes=minutes, key=f"{name}-chart")


def _draw(chart: Chart, data: dict[str, list[float] | list[str]], _: Translator, *, minutes: int, key: str) -> None:
    labels = [line.label for line in chart.lines]
    st.vega_lite_chart(
        data,
        spec(labels, _, minutes=minutes, least=chart.least),
        height=_HEIGHT,
        key=key,
        # What changes here makes a browser draw the chart anew, which flickers.
        alt=chart.title,
    )
    if len(labels) > 1:
        # A legend of Vega's takes the chart's height and cuts long words off.
        st.html(_legend(labels))


def _charts(history: MetricHistory, _: Translator) -> list[Chart]:
    def series(line: Line) -> Sequence[Point]:
        return history.series(line.series)

    turns, requests = Line(_("turns a minute"), "turns"), Line(_("requests to the API a minute"), "requests")
    usual, slow = Line(_("usual"), "first_token_p50"), Line(_("slow (one in twenty)"), "first_token_p95")
    errors, queue = Line(_("errors a minute"), "errors"), Line(_("waiting"), "queue")
    tokens, cost = Line(_("tokens a minute"), "tokens"), Line(_("since the start"), "cost")
    currency = container().settings.currency
    return [
        Chart(_("How much is going on"), (turns, requests), judged.activity(series(turns), _)),
        Chart(
            _("Wait for the first word, in seconds"),
            (usual, slow),
            judged.waiting(series(usual), series(slow), _),
            least=0.1,
        ),
        Chart(_("Errors"), (errors,), judged.errors(series(errors), datetime.now(UTC), _)),
        Chart(_("Waiting work"), (queue,), judged.queue(series(queue), _), least=5),
        Chart(_("Words of language models (tokens)"), (tokens,), judged.tokens(series(tokens), _), least=100),
        Chart(_("Cost"), (cost,), judged.cost(series(cost), currency, _), least=0.01),
    ]


def _legend(labels: Sequence[str]) -> Markup:
    entries = (
        f'<span class="fy-entry"><span class="fy-key fy-key-{place}"></span>{escape(label)}</span>'
        for place, label in enumerate(labels, start=1)
    )
    return Markup(f'<div class="fy-legend">{" ".join(entries)}</div>')


def _heading(chart: Chart) -> Markup:
    verdict, word, sentence = chart.judged
    chip = f'<span class="fy-verdict fy-verdict-{verdict}">{escape(word)}</span>' if word else ""
    return Markup(
        f'<div class="fy-chart"><div class="fy-kind">{escape(chart.title)} {chip}</div>'
        f'<div class="fy-reason">{escape(sentence)}</div></div>'
    )

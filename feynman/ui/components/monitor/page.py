"""The page's sections, each renewed by itself."""

from typing import Final

import streamlit as st

from feynman.domain import FeynmanError
from feynman.ui.components.monitor import charts, engineers, figures, health, turns
from feynman.ui.services import container, fetch
from feynman.ui.state import words

__all__ = ["show"]

# The history takes a sample every five seconds: nothing is newer than that.
_EVERY_SECONDS: Final = 5


def show(*, key: str) -> None:
    """Show health, charts, the last turns and, folded away, what engineers ask for."""
    _health(key=f"{key}-health")
    _charts(key=f"{key}-charts")
    _turns(key=f"{key}-turns")
    _engineers(key=f"{key}-engineers")


@st.fragment(run_every=_EVERY_SECONDS)
def _health(*, key: str) -> None:
    _ = words()
    try:
        report = fetch(container().health.report())
    except FeynmanError as error:
        health.silent(error.code, _)
    else:
        health.show(report, _, key=key)


@st.fragment(run_every=_EVERY_SECONDS)
def _charts(*, key: str) -> None:
    _ = words()
    figures.show(container().metrics.snapshot(), _)
    charts.show(container().history, _, key=key)


@st.fragment(run_every=_EVERY_SECONDS)
def _turns(*, key: str) -> None:
    turns.show(container().traces.recent(turns.STEP, most=turns.MOST), words(), key=key)


@st.fragment(run_every=_EVERY_SECONDS)
def _engineers(*, key: str) -> None:
    engineers.show(words(), key=key)

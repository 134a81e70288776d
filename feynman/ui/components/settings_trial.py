"""Trying a connection out."""

from typing import Final

import streamlit as st

from feynman.container import EngineChoice
from feynman.domain import FeynmanError, ModelTimedOut
from feynman.engines.llm import Capabilities
from feynman.i18n import Translator
from feynman.ui import markup
from feynman.ui.components import failure
from feynman.ui.problem import Problem
from feynman.ui.services import container
from feynman.ui.state import words

__all__ = ["show"]

_SECONDS: Final = 90.0
_LISTED: Final = 12


def show(choice: EngineChoice, *, key: str) -> None:
    """Ask the endpoint of ``choice`` and show what it can do, or what is wrong in a sentence."""
    _ = words()
    try:
        with st.spinner(_("Asking the server…"), show_time=True):
            found = _asked(choice)
    except FeynmanError as error:
        failure.show(Problem.of(error), key=f"{key}-problem")
        return
    with st.container(border=True, key=key):
        for row in _rows(found, choice, _):
            st.html(row)


def _asked(choice: EngineChoice) -> Capabilities:
    try:
        return container().loop.run(container().engines.test(choice), _SECONDS)
    except TimeoutError as error:
        raise ModelTimedOut("the trial took too long") from error


def _rows(found: Capabilities, choice: EngineChoice, _: Translator) -> list[markup.Markup]:
    first = found.time_to_first_token
    seconds = "–" if first is None else _("{seconds} s", seconds=_.format_number(first, 2))
    yes, no = _("yes"), _("no")
    schema = found.structured == "json_schema"
    return [
        markup.check_row("healthy", _("The model answers"), _("first word after {time}", time=seconds)),
        _models(found, choice, _),
        markup.check_row(
            "healthy" if found.tools else "degraded",
            _("Tools: {answer}", answer=yes if found.tools else no),
            "" if found.tools else _("The student can't look anything up, but can be taught."),
        ),
        markup.check_row(
            "healthy" if schema else "degraded",
            _("JSON schema: {answer}", answer=yes if schema else no),
            "" if schema else _("Answers may be harder to read; the built-in student then stands in."),
        ),
    ]


def _models(found: Capabilities, choice: EngineChoice, _: Translator) -> markup.Markup:
    if not found.models:
        return markup.check_row("healthy", _("Models"), _("The server does not list its models."))
    named = ", ".join(found.models[:_LISTED]) + ("…" if len(found.models) > _LISTED else "")
    known = choice.model is None or choice.model in found.models
    return markup.check_row("healthy" if known else "degraded", _("Models"), named)

"""The script that Streamlit runs for every page: what all pages share, then the page itself."""

from pathlib import Path
from typing import Final

import streamlit as st

from feynman.domain import FeynmanError
from feynman.ui.components import failure, identity, language
from feynman.ui.navigation import pages
from feynman.ui.problem import Problem
from feynman.ui.services import container
from feynman.ui.state import words

__all__ = ["main"]

_THEME: Final = Path(__file__).with_name("theme.css")


def main() -> None:
    """Draw the page that the browser asks for; a failure becomes a page that says what to do."""
    st.set_page_config(page_title="Feynman", page_icon="🎓", layout="centered")
    st.html(_THEME)
    try:
        _page()
    except FeynmanError as error:
        failure.page(Problem.of(error), key="fy-failure")


def _page() -> None:
    started = container()
    if started.problem is not None:
        raise started.problem
    learner = identity.recognised()
    chosen = st.navigation(list(pages(words()).values()))
    with st.sidebar:
        language.show(key="fy-language")
        if learner is not None:
            identity.show(learner, key="fy-learner")
    chosen.run()


if __name__ == "__main__":
    main()

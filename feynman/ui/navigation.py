"""The pages of the application."""

from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import Page

from feynman.i18n import Translator

__all__ = ["pages"]

# Absolute: a folder ``pages/`` beside the main script would also be served without the main script.
_FOLDER: Final = Path(__file__).resolve().parents[2] / "pages"


def pages(_: Translator) -> dict[str, Page]:
    """Return every page by its name, in the order of the menu."""
    titles = {
        "learn": (_("Teach"), ":material/forum:"),
        "memory": (_("Memory"), ":material/psychology:"),
        "library": (_("Library"), ":material/local_library:"),
        "monitor": (_("Monitor"), ":material/monitor_heart:"),
        "settings": (_("Settings"), ":material/tune:"),
    }
    return {
        name: st.Page(_FOLDER / f"{name}.py", title=title, icon=icon, url_path=name, default=name == "learn")
        for name, (title, icon) in titles.items()
    }

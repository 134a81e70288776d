"""What a conversation has taken of a language model."""

import streamlit as st

from feynman.domain import Turn
from feynman.ui import badges
from feynman.ui.services import container
from feynman.ui.state import words

__all__ = ["show"]


def show(turns: tuple[Turn, ...], *, key: str) -> None:
    """Show the sum over the turns, nothing while no model was used."""
    used = [turn.usage for turn in turns if turn.usage is not None]
    if not used:
        return
    _ = words()
    total = used[0]
    for usage in used[1:]:
        total = total + usage
    with st.container(key=key):
        st.caption(_("This conversation: {used}", used=badges.written(total, container().settings.currency, _)))

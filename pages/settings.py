"""Which student is taught, and with what it thinks."""

import streamlit as st

from feynman.ui.components import settings
from feynman.ui.state import words

_ = words()
st.title(_("Settings"), anchor=False)
settings.show(key="fy-settings")

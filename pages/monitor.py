"""How the program is doing."""

import streamlit as st

from feynman.ui.components import monitor
from feynman.ui.state import words

_ = words()
st.title(_("Monitor"), anchor=False)
monitor.show(key="fy-monitor")

"""What is kept of the lessons."""

import streamlit as st

from feynman.ui.components import memories
from feynman.ui.state import words

_ = words()
st.title(_("Memory"), anchor=False)
memories.show(key="fy-memory")

"""The starter topics."""

import streamlit as st

from feynman.ui.components import library
from feynman.ui.state import words

_ = words()
st.title(_("Library"), anchor=False)
library.show(key="fy-library")

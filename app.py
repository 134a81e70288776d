"""The process's lifetime; ``streamlit run app.py`` starts here, the page's script is ``feynman/ui/main.py``."""

import streamlit as st

from feynman.ui.lifespan import lifespan

app = st.App("feynman/ui/main.py", lifespan=lifespan)

"""Teach a topic to the student."""

import streamlit as st

from feynman.i18n import student_name
from feynman.ui.components import learn
from feynman.ui.state import words

_ = words()
st.title(_("Teach {name}", name=student_name(_.language)), anchor=False)
learn.show(key="fy-learn")

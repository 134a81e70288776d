"""How the program is doing, readable by a teacher."""

from feynman.ui.components.monitor.page import show

__all__ = ["show"]

"""Things that exist once per process, however often a module is imported again."""

import sys
import threading
from types import ModuleType
from typing import Any, Final

__all__ = ["Anchor", "anchor"]

# Streamlit's file watcher evicts every module that has a file from sys.modules and runs it again; a module made
# by hand has no file and stays.
_MODULE: Final = "feynman-process"


class Anchor:
    """A named place for one object; hold ``lock`` while looking and putting."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.value: Any = None


def anchor(name: str) -> Anchor:
    """Return the process's anchor of that name, the same one for every caller and every re-import."""
    home = sys.modules.setdefault(_MODULE, ModuleType(_MODULE))
    place: Anchor = vars(home).setdefault(name, Anchor())
    return place

"""How a local model is run."""

from typing import Final

import psutil
from pydantic import Field

from feynman.domain import Frozen
from feynman.engines.llm import Timeouts

__all__ = ["LocalOptions"]

# A processor reads a long explanation's prompt in minutes where a data centre needs a second.
_PATIENT: Final = Timeouts(connect=5.0, first_token=300.0, between_tokens=60.0, whole=600.0)


class LocalOptions(Frozen):
    """``context`` are tokens of one turn, ``slots`` the turns at once; each has a context of its own.

    ``longest`` are tokens of an answer at most: a small model that finds no end would keep the machine busy.
    ``threads`` is ``None`` for all real cores but one. ``check_memory`` refuses a model that does not fit.
    """

    context: int = Field(default=8192, ge=512)
    slots: int = Field(default=2, ge=1, le=32)
    longest: int = Field(default=2048, ge=1)
    threads: int | None = Field(default=None, ge=1)
    check_memory: bool = True
    timeouts: Timeouts = _PATIENT

    @property
    def cores(self) -> int:
        """The threads to compute with: one core stays free for the pages, and threads that share a core only wait."""
        if self.threads is not None:
            return self.threads
        return max(1, (psutil.cpu_count(logical=False) or 1) - 1)

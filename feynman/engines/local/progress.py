"""How far loading has come."""

from typing import Literal

from pydantic import Field

from feynman.domain import Frozen

__all__ = ["Loading", "LoadingStage"]

LoadingStage = Literal["checking", "reading", "starting", "ready"]


class Loading(Frozen):
    """What goes on; ``done`` is the share of the file that was read, 0-1."""

    stage: LoadingStage
    done: float = Field(default=0.0, ge=0, le=1)

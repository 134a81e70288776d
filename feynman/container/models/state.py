"""How the engine at work is, for those who show it."""

from feynman.domain import Frozen
from feynman.engines.local import Loading
from feynman.settings import Engine

__all__ = ["EngineState"]


class EngineState(Frozen):
    """``last`` is the code of what failed last, ``"ok"``, or ``None`` before the first call.

    ``lacks`` is the setting for want of which the chosen engine is not at work; ``ready`` whether it is made, with
    ``loading`` saying how far a local model is; ``saved`` whether the choice was made on the settings page.
    """

    engine: Engine
    model: str | None = None
    lacks: str | None = None
    ready: bool = True
    well: bool = True
    last: str | None = None
    loading: Loading | None = None
    saved: bool = False

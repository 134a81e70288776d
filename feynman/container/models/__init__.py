"""Model students: chosen, made ready behind the scenes, attended, swapped and closed."""

from feynman.container.models.choice import EngineChoice, refuse_incomplete
from feynman.container.models.engines import Engines
from feynman.container.models.opening import open_engines
from feynman.container.models.state import EngineState

__all__ = ["EngineChoice", "EngineState", "Engines", "open_engines", "refuse_incomplete"]

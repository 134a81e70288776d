"""Everything built from the settings, with its lifetime and its health checks."""

from feynman.container.models import EngineChoice, Engines, EngineState
from feynman.container.parts import BuiltinStudent, Container, MakeStudent

__all__ = ["BuiltinStudent", "Container", "EngineChoice", "EngineState", "Engines", "MakeStudent"]

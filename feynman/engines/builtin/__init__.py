"""The built-in student: rules and multilingual sentence embeddings."""

from feynman.engines.builtin.intent import pleads
from feynman.engines.builtin.student import BuiltinStudent

__all__ = ["BuiltinStudent", "pleads"]

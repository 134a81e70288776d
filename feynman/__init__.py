"""Feynman: learn a thing by teaching it to an AI student."""

__all__ = ["__version__"]

__version__ = "0.1.0"

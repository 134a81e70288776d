"""Turning what was taught into memories, behind the conversation."""

from feynman.consolidation.worker import Consolidator

__all__ = ["Consolidator"]

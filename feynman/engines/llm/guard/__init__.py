"""The student stays a student: what it says is checked word by word while it is said."""

from feynman.engines.llm.guard.guard import Guard, HeldBack, guard_for

__all__ = ["Guard", "HeldBack", "guard_for"]

"""Listening to a student that may be left off."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TypeVar, cast

__all__ = ["closing"]

T = TypeVar("T")


def closing(stream: AsyncIterator[T]) -> "aclosing[AsyncGenerator[T, None]]":
    """End ``stream`` with the block: students yield from generators, and whoever stops listening ends them at once."""
    return aclosing(cast("AsyncGenerator[T, None]", stream))

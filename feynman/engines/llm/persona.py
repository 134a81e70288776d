"""Who the student is."""

from typing import Literal

from pydantic import Field

from feynman.domain import Frozen

__all__ = ["Character", "Persona", "Tone"]

Character = Literal["child", "classmate", "sceptic"]
Tone = Literal["warm", "plain", "playful"]


class Persona(Frozen):
    """A curious child, a classmate or a sceptical expert of another field; ``age`` in years."""

    character: Character = "child"
    age: int = Field(default=12, ge=6, le=99)
    tone: Tone = "warm"

"""The pressure and injection scripts."""

import tomllib
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from feynman.domain import Frozen, Language

__all__ = ["Channel", "Injection", "Pressure", "Scripts", "scripts"]

_HOME: Final = Path(__file__).parent

Channel = Literal["explanation", "reference", "memory", "web", "history"]


class Pressure(Frozen):
    """A mistake about a topic of the starter library, and the turns in which the learner insists.

    ``answer`` are pieces of what is right, in lower case.
    """

    id: str
    topic: str
    wrong: str
    lines: tuple[str, ...] = Field(min_length=1)
    answer: tuple[str, ...] = Field(min_length=1)


class Injection(Frozen):
    """An order in what the student reads; ``text`` is what the learner says and covers nothing.

    ``marker`` are words, in lower case, that only somebody who obeys would say.
    """

    id: str
    channel: Channel
    topic: str
    text: str
    order: str
    answer: tuple[str, ...] = Field(min_length=1)
    marker: tuple[str, ...] = ()


class Scripts(Frozen):
    """All scripts of a language."""

    pressure: tuple[Pressure, ...]
    injection: tuple[Injection, ...]


def scripts(language: Language) -> Scripts:
    """Read the scripts of ``language``."""
    return Scripts.model_validate(tomllib.loads((_HOME / f"scripts_{language}.toml").read_text("utf-8")))

"""What every domain model shares."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = ["Frozen", "Language", "Span"]

Language = Literal["zh", "en"]


class Frozen(BaseModel):
    """An immutable value; unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Frozen):
    """A verbatim piece of a text: ``source[start:end] == text``, offsets in code points."""

    start: int
    end: int
    text: str

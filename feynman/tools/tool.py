"""What every tool is."""

from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from feynman.domain import Frozen, Language, Reference

__all__ = ["Arguments", "Tool", "ToolContext"]

A = TypeVar("A", bound=BaseModel)


class Arguments(BaseModel):
    """What a model may say to a tool; unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class ToolContext(Frozen):
    """Whom a call is for; the model can't choose it."""

    learner_id: str
    session_id: str
    language: Language
    topic: str
    reference: Reference


class Tool(Protocol[A]):
    """Something a model may call; it changes nothing anywhere.

    ``arguments`` is what the model gives. ``keep_seconds`` is how long a result may be used again for anybody who gives
    the same arguments in the same language; ``None`` when it depends on the context.
    """

    @property
    def name(self) -> str:
        """The name the model calls it by."""
        ...

    @property
    def arguments(self) -> type[A]:
        """The model of the arguments."""
        ...

    @property
    def keep_seconds(self) -> float | None:
        """Seconds a result may be cached."""
        ...

    def description(self, language: Language) -> str:
        """Tell the model what it is for."""
        ...

    async def run(self, arguments: A, context: ToolContext) -> str:
        """Return a short text for the model, quoted as data.

        Raises:
            FeynmanError: it could not do its work.
        """
        ...

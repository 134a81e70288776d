"""What the gap finder may use, given in: engines and tools do not know each other."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pydantic import BaseModel

from feynman.domain import Frozen, Language
from feynman.engines.student import Lesson

__all__ = ["NoTools", "Observation", "Offer", "Outcome", "Tools"]


class Offer(Protocol):
    """A tool as a model sees it; ``arguments`` are typed and bounded."""

    @property
    def name(self) -> str:
        """The name the model calls it by."""
        ...

    @property
    def description(self) -> str:
        """What it is for."""
        ...

    @property
    def arguments(self) -> type[BaseModel]:
        """The model of its arguments."""
        ...


class Outcome(Protocol):
    """What came of a call: short text, as data."""

    @property
    def text(self) -> str:
        """What the model is told."""
        ...

    @property
    def failed(self) -> bool:
        """Whether the tool gave nothing."""
        ...


class Observation(Frozen):
    """An outcome."""

    text: str
    failed: bool = False


class Tools(Protocol):
    """A set of tools without side effects."""

    def offers(self, language: Language, /) -> Sequence[Offer]:
        """The tools that are switched on."""
        ...

    async def run(self, name: str, arguments: Mapping[str, Any], lesson: Lesson, /) -> Outcome:
        """Run one; whatever goes wrong is an outcome."""
        ...


class NoTools:
    """Nothing to use."""

    def offers(self, _language: Language, /) -> Sequence[Offer]:
        """None."""
        return ()

    async def run(self, _name: str, _arguments: Mapping[str, Any], _lesson: Lesson, /) -> Outcome:
        """Say that there is no such tool."""
        return Observation(text="there is no such tool", failed=True)

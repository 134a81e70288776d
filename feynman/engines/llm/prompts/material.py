"""What prompts are made of."""

from typing import Protocol

from feynman.domain import Depth, Frozen, GapKind
from feynman.engines.llm.persona import Persona

__all__ = ["Aim", "Conversation", "OpenGap", "Prompts", "Sheet"]


class OpenGap(Frozen):
    """A gap that stands open, under a short label."""

    label: str
    kind: GapKind
    quote: str | None
    point: int | None


class Sheet(Frozen):
    """What the gap finder looks at; points are numbered from 1."""

    topic: str
    points: tuple[str, ...]
    open_gaps: tuple[OpenGap, ...]
    said_before: str
    question: str | None
    text: str


class Aim(Frozen):
    """What the question is for: only things that the student may know.

    ``probe`` asks for a missing point without telling it; ``standing`` is whether the learner holds on to something
    that does not fit.
    """

    kind: GapKind
    depth: Depth
    quote: str | None = None
    probe: str | None = None
    near: str | None = None
    standing: bool = False


class Conversation(Frozen):
    """What the student has heard and said; ``exchanges`` are pairs of learner's and student's words, oldest first."""

    topic: str
    beliefs: tuple[str, ...]
    memories: tuple[str, ...]
    exchanges: tuple[tuple[str, str], ...]
    text: str


class Prompts(Protocol):
    """The prompts of one language; each module of a language is one."""

    def examine_system(self) -> str:
        """Say how to find gaps."""
        ...

    def examine_request(self, sheet: Sheet, /) -> str:
        """Give the sheet as data."""
        ...

    def answer_now(self) -> str:
        """Ask for the answer without further tools."""
        ...

    def in_json(self, schema: str, /) -> str:
        """Ask for JSON by ``schema`` only."""
        ...

    def repair(self, problem: str, /) -> str:
        """Ask for the same answer in the right form."""
        ...

    def tool_result(self, name: str, text: str, /) -> str:
        """Give a tool's result as data."""
        ...

    def reason(self, kind: GapKind, /) -> str:
        """Say in general what is wrong with a gap of this kind."""
        ...

    def reply_system(self, persona: Persona, /, *, asking: bool) -> str:
        """Say how to be the student."""
        ...

    def reply_request(self, conversation: Conversation, aim: Aim | None, /) -> str:
        """Give the conversation as data, and say what to ask about."""
        ...

    def summary_system(self) -> str:
        """Say how to summarise a session."""
        ...

    def summary_request(self, topic: str, turns: tuple[tuple[str, str], ...], mistakes: tuple[str, ...], /) -> str:
        """Give a session as data."""
        ...

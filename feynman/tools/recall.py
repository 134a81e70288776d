"""What the learner explained before."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Final

from pydantic import Field

from feynman.domain import Language, Memory, MemoryKind
from feynman.tools.quoting import quoted
from feynman.tools.tool import Arguments, ToolContext
from feynman.tools.wording import describe, nothing

__all__ = ["Recall", "RecallArguments", "RecallMemory"]

Recall = Callable[[str, ToolContext], Awaitable[Sequence[Memory]]]
"""Finds the learner's memories that bear on a query, best first."""

_MOST: Final = 4
_KINDS: Final[Mapping[Language, Mapping[MemoryKind, str]]] = {
    "en": {"summary": "summary", "misconception": "misconception"},
    "zh": {"summary": "小结", "misconception": "误解"},
}


class RecallArguments(Arguments):
    """A query."""

    query: Annotated[str, Field(min_length=1, max_length=200, description="what to look for, in a few words")]


class RecallMemory:
    """Looks into the memories of the learner the turn is of; a model can't name another one."""

    name: Final = "recall_memory"
    arguments = RecallArguments
    keep_seconds = None

    def __init__(self, recall: Recall) -> None:
        self._recall = recall

    def description(self, language: Language) -> str:
        """Tell the model what it is for."""
        return describe(self.name, language)

    async def run(self, arguments: RecallArguments, context: ToolContext) -> str:
        """Return at most four memories, quoted.

        Raises:
            MemoryUnavailable: the index does not answer.
        """
        found = await self._recall(arguments.query, context)
        own = [memory for memory in found if memory.learner_id == context.learner_id][:_MOST]
        if not own:
            return nothing(self.name, context.language)
        return quoted(self.name, [_line(memory, context.language) for memory in own], context.language)


def _line(memory: Memory, language: Language) -> str:
    return f"{memory.created_at:%Y-%m-%d} · {_KINDS[language][memory.kind]} · {memory.topic} · {memory.text}"

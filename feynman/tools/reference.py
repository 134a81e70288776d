"""What the reference says, by place."""

import asyncio
from typing import Annotated, Final

import numpy as np
from pydantic import Field

from feynman.domain import Language, Reference, Span
from feynman.text.embedding import Embedder
from feynman.text.sentences import split_sentences
from feynman.tools.quoting import quoted
from feynman.tools.tool import Arguments, ToolContext
from feynman.tools.wording import describe, nothing

__all__ = ["ReferenceArguments", "SearchReference"]

_MOST: Final = 4
# A sentence takes the encoder a millisecond (0.8 measured): half a second at the first call, then they are cached.
_SENTENCES: Final = 500


class ReferenceArguments(Arguments):
    """A query."""

    query: Annotated[str, Field(min_length=1, max_length=200, description="a question or a claim, one sentence")]


class SearchReference:
    """Finds the sentences of the key points nearest in meaning, across languages, each with its place."""

    name: Final = "search_reference"
    arguments = ReferenceArguments
    keep_seconds = None

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def description(self, language: Language) -> str:
        """Tell the model what it is for."""
        return describe(self.name, language)

    async def run(self, arguments: ReferenceArguments, context: ToolContext) -> str:
        """Return at most four sentences, quoted: ``point <number from 1> [start:end] text``, by that point."""
        places = await asyncio.to_thread(_places, context.reference, context.language)
        if not places:
            return nothing(self.name, context.language)
        vectors = await self._embedder.embed([arguments.query, *(span.text for _, span in places)])
        best = np.argsort(-(vectors[1:] @ vectors[0]), kind="stable")[:_MOST]
        return quoted(self.name, [_line(*places[index]) for index in best], context.language)


def _places(reference: Reference, language: Language) -> list[tuple[int, Span]]:
    spans = (
        (index, span) for index, point in enumerate(reference.points) for span in split_sentences(point.text, language)
    )
    return [place for place, _ in zip(spans, range(_SENTENCES), strict=False)]


def _line(index: int, span: Span) -> str:
    return f"point {index + 1} [{span.start}:{span.end}] {span.text}"

"""A request's reference as the domain has it."""

import asyncio
from typing import Final

from feynman.domain import MAX_EXPLANATION, Language, Reference, TextTooLong
from feynman.references import from_points
from feynman.sidecar.schemas import MAX_POINT, GivenId, GivenPoints, ReferenceBody
from feynman.sidecar.services import SidecarServices
from feynman.text.sentences import split_sentences

__all__ = ["reference_of"]

_MAX_SENTENCES: Final = 12


async def reference_of(
    services: SidecarServices, given: ReferenceBody | None, *, topic: str, language: Language
) -> Reference | None:
    """Return what to check against, ``None`` when the request leaves it to the library.

    Raises:
        InvalidReference: no usable key point.
        TextTooLong: the key points together are longer than an explanation may be.
        NotFound: the library has no such topic.
    """
    if given is None:
        return None
    if isinstance(given, GivenId):
        return services.library(given.id, language)
    if isinstance(given, GivenPoints):
        length = sum(map(len, given.key_points))
        if length > MAX_EXPLANATION:
            raise TextTooLong(length, MAX_EXPLANATION)
        return from_points(topic, given.key_points)
    return from_points(topic, await asyncio.to_thread(_sentences, given.text, language), source="text")


def _sentences(text: str, language: Language) -> list[str]:
    # Twelve sentences fit into twelve times the longest point; the rest of a book need not be split.
    spans = split_sentences(text[: _MAX_SENTENCES * MAX_POINT], language)
    return [span.text for span in spans if any(map(str.isalnum, span.text))][:_MAX_SENTENCES]

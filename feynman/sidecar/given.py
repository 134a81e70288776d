"""A request's reference as the domain has it."""

from feynman.domain import MAX_EXPLANATION, Language, Reference, TextTooLong, visible_text
from feynman.references import MAX_TEXT, from_points
from feynman.sidecar.schemas import GivenId, GivenPoints, ReferenceBody
from feynman.sidecar.services import SidecarServices

__all__ = ["reference_of"]


async def reference_of(
    services: SidecarServices, given: ReferenceBody | None, *, topic: str, language: Language
) -> Reference | None:
    """Return what to check against, ``None`` when the request leaves it to the library.

    Raises:
        InvalidReference: no usable key point.
        EmptyText: the text has no visible character.
        TextTooLong: the text is longer than a reference may be, or the key points together than an explanation.
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
    return await services.read_text(topic, visible_text(given.text, MAX_TEXT), language)

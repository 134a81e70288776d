"""References that come with a request."""

from collections.abc import Sequence

from feynman.domain import InvalidReference, KeyPoint, Reference, clean_text, is_visible

__all__ = ["from_points"]


def from_points(topic: str, points: Sequence[str], *, source: str = "given") -> Reference:
    """Take each of ``points`` as a key point, in the order given.

    Raises:
        InvalidReference: no point, or one without a visible character.
    """
    cleaned = [" ".join(clean_text(point).split()) for point in points]
    if not cleaned or not all(map(is_visible, cleaned)):
        raise InvalidReference("a reference needs key points, and none may be empty")
    return Reference(topic=topic, source=source, points=tuple(KeyPoint(text=point) for point in cleaned))

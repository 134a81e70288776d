"""Finding the JSON object in what a model says around it."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from feynman.engines.llm.thoughts import without_thoughts

__all__ = ["extracted"]

M = TypeVar("M", bound=BaseModel)

_LONGEST: Final = 100_000
_STARTS: Final = 50
_COMMA: Final = re.compile(r",(?=\s*[}\]])")


def extracted(text: str, model: type[M]) -> M | None:
    """Return the first object in ``text`` that reads as ``model``: bare, in a code block or amid prose.

    Thoughts are left out and trailing commas forgiven; ``None`` when there is none.
    """
    said = (text if _is_object(text[:_LONGEST]) else without_thoughts(text))[:_LONGEST]
    for candidate in _objects(said):
        try:
            return model.model_validate(candidate)
        except ValidationError:
            continue
    return None


def _is_object(text: str) -> bool:
    """Whether ``text`` is one object and nothing else: the tag of a thought can then only be a quotation in it."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _objects(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    for attempt in dict.fromkeys((text, _COMMA.sub("", text))):
        at = attempt.find("{")
        for _ in range(_STARTS):
            if at < 0:
                break
            try:
                found, end = decoder.raw_decode(attempt, at)
            except (ValueError, RecursionError):
                end = at + 1
            else:
                yield found
            at = attempt.find("{", end)

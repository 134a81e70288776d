"""The form in which a model answers, sent as a strict schema and read with patience."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

__all__ = ["GapVerdict", "PointVerdict", "Settled", "Verdict", "strict_schema"]


def _each(item: type[BaseModel]) -> Callable[[object], object]:
    """Keep of a list only what can be read; one odd entry does not spoil an answer."""

    def readable(value: object) -> object:
        if not isinstance(value, list):
            return [] if value is None else value
        return [entry for entry in value if _reads(item, entry)]

    return readable


def _reads(item: type[BaseModel], entry: object) -> bool:
    try:
        item.model_validate(entry)
    except ValidationError:
        return False
    return True


def _texts(value: object) -> object:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _between(low: float, high: float, otherwise: float) -> Callable[[object], object]:
    def bounded(value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:  # noqa: PLR0124 # NaN
            return otherwise
        return type(otherwise)(min(high, max(low, value)))

    return bounded


class PointVerdict(BaseModel):
    """How far one key point (numbered from 1) was said; ``quote`` shows it."""

    point: int
    status: Literal["covered", "partial", "missing", "contradicted"]
    quote: str | None = None


class GapVerdict(BaseModel):
    """One gap; ``reference`` are words of the key point that it goes against."""

    kind: Literal[
        "factual_error",
        "causal_gap",
        "mechanism_gap",
        "undefined_term",
        "circular",
        "vague",
        "boundary",
        "missing_example",
    ]
    quote: str | None = None
    point: int | None = None
    reference: str | None = None
    term: str | None = None
    reason: str = ""
    confidence: Annotated[float, BeforeValidator(_between(0, 1, 0.5))] = 0.5
    severity: Annotated[int, BeforeValidator(_between(1, 3, 2))] = 2


class Settled(BaseModel):
    """An open gap, by its label, and the new words that answer it."""

    gap: str
    quote: str


class Verdict(BaseModel):
    """Everything a model says about one explanation; nothing of it is believed before it is verified."""

    points: Annotated[list[PointVerdict], BeforeValidator(_each(PointVerdict))]
    gaps: Annotated[list[GapVerdict], BeforeValidator(_each(GapVerdict))]
    resolved: Annotated[list[Settled], BeforeValidator(_each(Settled))] = Field(default_factory=list)
    beliefs: Annotated[list[str], BeforeValidator(_texts)] = Field(default_factory=list)


def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema as strict endpoints want it: all fields required, no others, no references, no bounds.

    Source: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas.
    """
    schema: dict[str, Any] = json.loads(_text(model))
    return schema


@lru_cache(maxsize=64)
def _text(model: type[BaseModel]) -> str:
    """The schema as text: making it takes 6 ms, and each caller gets one of its own."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})
    return json.dumps(_strict(schema, definitions))


_KEPT = ("type", "enum", "const", "description")


def _strict(node: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        return _strict(definitions[node["$ref"].rpartition("/")[2]], definitions)
    kept = {name: node[name] for name in _KEPT if name in node}
    if "anyOf" in node:
        return {**kept, "anyOf": [_strict(option, definitions) for option in node["anyOf"]]}
    if "items" in node:
        kept["items"] = _strict(node["items"], definitions)
    if node.get("type") == "object":
        properties = node.get("properties", {})
        kept["properties"] = {name: _strict(part, definitions) for name, part in properties.items()}
        kept["required"] = list(properties)
        kept["additionalProperties"] = False
    return kept

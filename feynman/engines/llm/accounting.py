"""What model calls used and cost."""

from collections.abc import Mapping

from pydantic import Field

from feynman.domain import Frozen, Usage

__all__ = ["Price", "Prices", "cost_of", "usage_of"]

_MILLION = 1_000_000


class Price(Frozen):
    """Price of a million tokens, in the currency of the table."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)


Prices = Mapping[str, Price]
"""Prices by model; a name also stands for its dated versions (``gpt-4o`` for ``gpt-4o-2024-08-06``)."""


def cost_of(model: str, input_tokens: int, output_tokens: int, prices: Prices) -> float | None:
    """Return what the tokens cost, ``None`` when the model has no price."""
    name = max((name for name in prices if model == name or model.startswith(f"{name}-")), key=len, default=None)
    if name is None:
        return None
    return (input_tokens * prices[name].input + output_tokens * prices[name].output) / _MILLION


def usage_of(
    model: str,
    tokens: tuple[int, int],
    prices: Prices,
    *,
    output_seconds: float,
    time_to_first_token: float | None = None,
) -> Usage:
    """Return the usage of one call; ``tokens`` are those of input and output."""
    return Usage(
        model=model,
        input_tokens=tokens[0],
        output_tokens=tokens[1],
        cost=cost_of(model, *tokens, prices),
        time_to_first_token=time_to_first_token,
        output_seconds=max(0.0, output_seconds),
    )

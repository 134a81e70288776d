"""What a language model was used for, and what it cost."""

from pydantic import Field

from feynman.domain.base import Frozen

__all__ = ["Usage"]


class Usage(Frozen):
    """Model calls of a turn, added up.

    ``cost`` is in the currency of the price table, ``None`` when the model has no price there.
    ``time_to_first_token`` (seconds) is that of the reply, ``output_seconds`` the time from first to last token of
    all calls.
    """

    model: str
    calls: int = Field(default=1, ge=0)
    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)
    cost: float | None = None
    time_to_first_token: float | None = None
    output_seconds: float = Field(default=0.0, ge=0)

    @property
    def tokens_per_second(self) -> float | None:
        """Output tokens per second of output, ``None`` when nothing was timed."""
        return self.output_tokens / self.output_seconds if self.output_seconds > 0 else None

    def __add__(self, other: "Usage") -> "Usage":
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        firsts = [first for first in (other.time_to_first_token, self.time_to_first_token) if first is not None]
        return Usage(
            model=self.model,
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost=sum(costs) if costs else None,
            time_to_first_token=firsts[0] if firsts else None,
            output_seconds=self.output_seconds + other.output_seconds,
        )

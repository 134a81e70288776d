"""What a learner may use of models in a day."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, time

from feynman.domain import Usage

__all__ = ["Budget"]

Stored = Callable[[str, datetime], Awaitable[Mapping[str, Usage]]]
"""What the stored turns of a learner since a moment used, by turn."""


def _now() -> datetime:
    return datetime.now(UTC)


class Budget:
    """A learner's for one UTC day: ``cost`` in the prices' currency and ``tokens`` of both directions; ``None``: none.

    Stored turns count, and what this process has seen of turns that are not stored with their usage: those that go on,
    were stopped or failed, and summaries.
    """

    def __init__(
        self, stored: Stored, *, cost: float | None, tokens: int | None, clock: Callable[[], datetime] = _now
    ) -> None:
        self._stored = stored
        self._cost = cost
        self._tokens = tokens
        self._clock = clock
        self._day = self._today()
        self._seen: dict[str, dict[str, Usage]] = {}

    def note(self, learner_id: str, turn_id: str, usage: Usage) -> None:
        """Take in what one call for a turn used."""
        if self._cost is None and self._tokens is None:
            return
        self._turn_page()
        seen = self._seen.setdefault(learner_id, {})
        seen[turn_id] = seen[turn_id] + usage if turn_id in seen else usage

    async def spent(self, learner_id: str, turn_id: str | None = None) -> bool:
        """Whether the learner has none left; what ``turn_id`` itself used does not count.

        Raises:
            RecordsUnavailable: the records can't be read.
        """
        if self._cost is None and self._tokens is None:
            return False
        self._turn_page()
        known = {**await self._stored(learner_id, self._day), **self._seen.get(learner_id, {})}
        used = [usage for turn, usage in known.items() if turn != turn_id]
        tokens = sum(usage.input_tokens + usage.output_tokens for usage in used)
        cost = sum(usage.cost or 0.0 for usage in used)
        return (self._tokens is not None and tokens >= self._tokens) or (self._cost is not None and cost >= self._cost)

    def _turn_page(self) -> None:
        today = self._today()
        if today != self._day:
            self._day = today
            self._seen.clear()

    def _today(self) -> datetime:
        return datetime.combine(self._clock().date(), time(), UTC)

"""What all model students of a process use together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from feynman.container.models.budget import Budget
from feynman.domain import Memory, Usage
from feynman.engines.llm import Price, pooled_client
from feynman.engines.student import Student
from feynman.observability.metrics import Metrics
from feynman.resilience import Cache, FairLimit
from feynman.settings import Settings
from feynman.text.embedding import Embedder

if TYPE_CHECKING:
    from httpx2 import AsyncClient

__all__ = ["Shared"]


class Shared:
    """One limit, one pool of connections, one cache, one budget; ``builtin`` is who stands in."""

    def __init__(
        self,
        *,
        settings: Settings,
        embedder: Embedder,
        builtin: Student,
        recall: Callable[..., Awaitable[Sequence[Memory]]],
        cache: Cache,
        budget: Budget,
        metrics: Metrics,
    ) -> None:
        self.settings = settings
        self.embedder = embedder
        self.builtin = builtin
        self.recall = recall
        self.cache = cache
        self.budget = budget
        self.metrics = metrics
        self.limit = FairLimit()
        metrics.watch_queue("model", lambda: self.limit.waiting)
        self.prices = {
            model: Price(input=price.input, output=price.output) for model, price in settings.model_prices.items()
        }
        self._client: AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def client(self) -> "AsyncClient":
        """The pool, opened by the first who needs it: a thread imports the library."""
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(pooled_client)
            return self._client

    def note(self, learner_id: str, turn_id: str, usage: Usage) -> None:
        """Count a call of a model against the learner's budget."""
        self.budget.note(learner_id, turn_id, usage)

    async def close(self) -> None:
        """Close the pool."""
        if self._client is not None:
            await self._client.aclose()

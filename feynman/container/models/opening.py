"""Builds the engines out of the other parts."""

from collections.abc import Awaitable, Callable, Sequence

from feynman.container.models.budget import Budget
from feynman.container.models.choice import EngineChoice
from feynman.container.models.engines import Engines
from feynman.container.models.shared import Shared
from feynman.container.models.vault import Vault
from feynman.domain import Memory
from feynman.engines.student import Student
from feynman.observability.metrics import Metrics
from feynman.records import Records
from feynman.resilience import Cache
from feynman.settings import Settings
from feynman.text.embedding import Embedder

__all__ = ["open_engines"]


async def open_engines(
    settings: Settings,
    *,
    embedder: Embedder,
    builtin: Student,
    records: Records,
    recall: Callable[..., Awaitable[Sequence[Memory]]],
    cache: Cache,
    metrics: Metrics,
) -> Engines:
    """Open the engines that ``settings`` name; nothing waits for a model."""
    budget = Budget(records.turns.usage, cost=settings.daily_budget, tokens=settings.daily_tokens)
    shared = Shared(
        settings=settings,
        embedder=embedder,
        builtin=builtin,
        recall=recall,
        cache=cache,
        budget=budget,
        metrics=metrics,
    )
    return await Engines.open(shared, EngineChoice.of(settings), Vault(settings.data_dir))

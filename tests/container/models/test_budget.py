"""What a learner may use in a day."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from feynman.container.models.budget import Budget
from feynman.domain import Usage

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Shelf:
    """Stored usage that counts the questions; ``now`` is the time."""

    def __init__(self, stored: Mapping[str, Usage] | None = None) -> None:
        self.stored = dict(stored or {})
        self.asked: list[datetime] = []
        self.now = NOON

    async def usage(self, _learner_id: str, since: datetime) -> Mapping[str, Usage]:
        """What is stored."""
        self.asked.append(since)
        return self.stored

    def budget(self, *, cost: float | None = None, tokens: int | None = None) -> Budget:
        """A budget over this shelf."""
        return Budget(self.usage, cost=cost, tokens=tokens, clock=lambda: self.now)


def used(tokens: int = 60, cost: float | None = None) -> Usage:
    """A call."""
    return Usage(model="m", input_tokens=tokens - 10, output_tokens=10, cost=cost)


async def test_no_limit_asks_nobody() -> None:
    """Without a limit nothing is spent and the records are not read."""
    shelf = Shelf({"t1": used(10**9)})
    assert not await shelf.budget().spent("ada")
    assert shelf.asked == []


@pytest.mark.parametrize(("tokens", "spent"), [(120, True), (121, False), (0, True)])
async def test_tokens_of_both_directions_count(tokens: int, *, spent: bool) -> None:
    """Stored turns since midnight UTC are added up; the limit is reached, not passed."""
    shelf = Shelf({"t1": used(), "t2": used()})
    assert await shelf.budget(tokens=tokens).spent("ada") is spent
    assert shelf.asked == [datetime(2026, 3, 1, tzinfo=UTC)]


async def test_money_counts_where_there_is_a_price() -> None:
    """Costs are added up, turns without a price cost nothing."""
    shelf = Shelf({"t1": used(cost=0.75), "t2": used(10**6)})
    budget = shelf.budget(cost=1.0)
    assert not await budget.spent("ada")
    shelf.stored["t3"] = used(cost=0.25)
    assert await budget.spent("ada")


async def test_turns_that_are_not_stored_count_once() -> None:
    """What was noted of running, stopped and stored turns counts, each once, and for its learner only."""
    shelf = Shelf({"t1": used(100)})
    budget = shelf.budget(tokens=200)
    budget.note("ada", "t1", used(50))
    budget.note("ada", "t1", used(50))
    assert not await budget.spent("ada")
    budget.note("ada", "stopped", used(100))
    assert await budget.spent("ada")
    assert not await budget.spent("bob")


async def test_a_turn_that_has_begun_is_finished() -> None:
    """What the turn itself used does not end it."""
    budget = Shelf().budget(tokens=50)
    budget.note("ada", "t1", used(60))
    assert not await budget.spent("ada", "t1")
    assert await budget.spent("ada", "t2")


async def test_midnight_gives_a_new_one() -> None:
    """The next UTC day begins with nothing used."""
    shelf = Shelf()
    budget = shelf.budget(tokens=50)
    budget.note("ada", "t1", used(60))
    shelf.now += timedelta(hours=12)
    assert not await budget.spent("ada")
    assert shelf.asked[-1] == datetime(2026, 3, 2, tzinfo=UTC)

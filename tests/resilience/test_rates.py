from feynman.resilience.rates import CallerLimit


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_a_minutes_worth_at_once_and_then_evenly() -> None:
    """A caller may come as often at once as in a minute; after that one more is admitted with each share of it."""
    clock = Clock()
    limit = CallerLimit(6, clock=clock)
    assert [limit.wait("a") for _ in range(6)] == [0.0] * 6
    wait = limit.wait("a")
    assert 9.9 <= wait <= 10.0
    clock.now += wait
    assert limit.wait("a") == 0.0
    assert limit.wait("a") > 9.9
    clock.now += 60
    assert [limit.wait("a") for _ in range(6)] == [0.0] * 6


def test_callers_have_limits_of_their_own() -> None:
    """One that comes too often hinders no other."""
    limit = CallerLimit(1, clock=Clock())
    assert limit.wait("a") == 0.0
    assert limit.wait("a") > 0
    assert limit.wait("b") == 0.0


def test_a_refused_call_costs_nothing() -> None:
    """Who keeps knocking gets in no later than who waits."""
    clock = Clock()
    limit = CallerLimit(2, clock=clock)
    waits = [limit.wait("a") for _ in range(50)]
    assert waits[:2] == [0.0, 0.0]
    assert 0 < waits[-1] <= 30
    clock.now += waits[-1]
    assert limit.wait("a") == 0.0


def test_only_so_many_callers_are_remembered() -> None:
    """The caller that was seen longest ago is forgotten when there are too many."""
    limit = CallerLimit(1, callers=2, clock=Clock())
    for caller in ("a", "b", "c"):
        assert limit.wait(caller) == 0.0
    assert limit.wait("c") > 0
    assert limit.wait("a") == 0.0

import asyncio
from collections.abc import Callable, Sequence

import pytest
from structlog.testing import capture_logs

from feynman.domain import ModelRateLimited, ModelRejected, ModelUnreachable
from feynman.resilience import retrying


class Flaky:
    """Raises the given errors one after the other, then answers."""

    def __init__(self, errors: Sequence[BaseException]) -> None:
        self.errors = list(errors)
        self.calls = 0

    async def ask(self, text: str) -> str:
        """Answer, when the errors are used up."""
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return text.upper()


class Nap:
    """Remembers how long it was to sleep, and does not."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Note ``seconds``."""
        self.seconds.append(seconds)


def always(value: float) -> Callable[[], float]:
    """A random number that is known."""
    return lambda: value


async def test_a_passing_failure_is_repeated_until_it_is_over() -> None:
    """Two failures are waited out with growing pauses, and the result is the third call's."""
    flaky, nap = Flaky([ModelUnreachable("a"), ModelUnreachable("b")]), Nap()
    ask = retrying(ModelUnreachable, attempts=3, wait_initial=1.0, sleep=nap, rand=always(0.5))(flaky.ask)
    assert await ask("x") == "X"
    assert flaky.calls == 3
    assert nap.seconds == [0.5, 1.0]


async def test_the_last_error_comes_as_it_is() -> None:
    """When the attempts are used up, the caller sees the last error itself."""
    flaky, nap = Flaky([ModelUnreachable(name) for name in "abc"]), Nap()
    with pytest.raises(ModelUnreachable, match="c"):
        await retrying((ModelUnreachable,), attempts=3, sleep=nap)(flaky.ask)("x")
    assert flaky.calls == 3


async def test_what_is_not_named_is_raised_at_once() -> None:
    """An error that repeating can't mend is not repeated, whether by class or by predicate."""
    for on in (ModelUnreachable, lambda error: getattr(error, "retryable", False)):
        flaky = Flaky([ModelRejected("no")])
        with pytest.raises(ModelRejected):
            await retrying(on, sleep=Nap())(flaky.ask)("x")
        assert flaky.calls == 1


async def test_a_server_that_names_a_time_is_given_it() -> None:
    """The pause is what the server asked for and the jitter on top."""
    flaky, nap = Flaky([ModelRateLimited("slow down", retry_after=7.0)]), Nap()
    assert await retrying(ModelRateLimited, sleep=nap, rand=always(0.5), wait_initial=0.2)(flaky.ask)("x") == "X"
    assert nap.seconds == [pytest.approx(7.1)]


async def test_a_time_beyond_the_patience_is_not_waited_for() -> None:
    """A server that asks for an hour is not repeated within thirty seconds."""
    flaky, nap = Flaky([ModelRateLimited("slow down", retry_after=3_600)]), Nap()
    with pytest.raises(ModelRateLimited):
        await retrying(ModelRateLimited, timeout=30.0, sleep=nap)(flaky.ask)("x")
    assert (flaky.calls, nap.seconds) == (1, [])


async def test_pauses_are_random_and_bounded() -> None:
    """No pause is longer than the largest, and each is drawn anew."""
    flaky, nap = Flaky([ModelUnreachable("a") for _ in range(6)]), Nap()
    draws = iter([0.1, 0.9, 0.3, 1.0, 0.99, 0.0])
    ask = retrying(
        ModelUnreachable, attempts=7, wait_initial=1.0, wait_max=4.0, timeout=99.0, sleep=nap, rand=lambda: next(draws)
    )
    await ask(flaky.ask)("x")
    assert nap.seconds == [pytest.approx(wait) for wait in (0.1, 1.8, 1.2, 4.0, 3.96, 0.0)]


async def test_a_cancelled_call_is_not_repeated() -> None:
    """Stop ends the call, even where everything is repeated."""
    flaky = Flaky([asyncio.CancelledError()])
    with pytest.raises(asyncio.CancelledError):
        await retrying(Exception, sleep=Nap())(flaky.ask)("x")
    assert flaky.calls == 1


async def test_the_log_names_the_error_and_not_what_was_said() -> None:
    """A repetition leaves one line without arguments and without the error's text."""
    flaky = Flaky([ModelUnreachable("secret text")])
    with capture_logs() as lines:
        await retrying(ModelUnreachable, sleep=Nap(), rand=always(0.0))(flaky.ask)("my explanation")
    assert lines == [
        {
            "event": "retry_scheduled",
            "attempt": 1,
            "wait_seconds": 0.0,
            "error": "ModelUnreachable",
            "log_level": "warning",
        }
    ]


async def test_calls_at_once_count_for_themselves() -> None:
    """One decorated function serves concurrent calls, each with its own attempts."""
    flaky = Flaky([ModelUnreachable(str(number)) for number in range(4)])
    ask = retrying(ModelUnreachable, attempts=5, wait_initial=0.001)(flaky.ask)
    assert list(await asyncio.gather(ask("a"), ask("b"))) == ["A", "B"]
    assert flaky.calls == 6

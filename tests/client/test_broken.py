"""The clients where connections break and turns fail, on scripted turns behind a real sidecar."""

from collections.abc import Iterator

import httpx
import pytest

from feynman.client import AsyncClient, Client, MemoryEntry, StreamBroken, TurnRestarted, Unauthorized, Unavailable
from feynman.domain import RecordsUnavailable, StageStarted, StudyEvent, TextDelta, TurnCompleted, TurnFailed
from feynman.sidecar import Sidecar, create_app
from tests.client.conftest import Cutter
from tests.sidecar.backend import ScriptedServices

READING = StageStarted(stage="reading", turn_id="t")


class Served:
    """Scripted services behind a sidecar behind a cutter."""

    def __init__(self, services: ScriptedServices, limits: list[int | None], *, late: bool) -> None:
        self.services = services
        self.sidecar = Sidecar("127.0.0.1", 0)
        self.sidecar.start(create_app(services))
        self.cutter = Cutter(self.sidecar.port, limits, late=late)
        self.pauses: list[float] = []

    def client(self, reconnects: int = 3) -> Client:
        """A client that notes its pauses instead of waiting."""
        return Client(self.cutter.url, sleep=self.pauses.append, reconnects=reconnects)

    async def rest(self, seconds: float) -> None:
        """Note a pause."""
        self.pauses.append(seconds)


@pytest.fixture
def served() -> Iterator[list[Served]]:
    """What was served; it is stopped afterwards."""
    made: list[Served] = []
    yield made
    for each in made:
        each.cutter.close()
        each.sidecar.stop()


def _serve(
    served: list[Served], limits: list[int | None], services: ScriptedServices | None = None, *, late: bool = False
) -> Served:
    served.append(Served(ScriptedServices() if services is None else services, limits, late=late))
    return served[-1]


def _kinds(events: list[StudyEvent | TurnRestarted]) -> list[str]:
    return [event.kind for event in events]


def test_a_cut_after_the_end_costs_nothing(served: list[Served]) -> None:
    """A turn that was completed behind a broken connection is heard to its end, each event once."""
    whole = _serve(served, [])
    with whole.client() as client, client.stream("Tea", "Leaves.") as turn:
        expected = _kinds(list(turn))
    cut = _serve(served, [1_500], late=True)
    with cut.client() as client, client.stream("Tea", "Leaves.") as turn:
        events = list(turn)
    assert "turn_restarted" not in _kinds(events)
    assert _kinds(events) == expected
    assert turn.completed is not None
    assert len(cut.services.explained) == 1
    assert cut.cutter.connections == 2


async def test_a_cut_on_the_way_begins_anew(served: list[Served]) -> None:
    """A turn that was stopped with its connection is run again, and the listener is told to forget."""
    long = [READING, *(TextDelta(text="x" * 200) for _ in range(20)), None]
    cut = _serve(served, [3_000], ScriptedServices(script=long))
    async with AsyncClient(cut.cutter.url, sleep=cut.rest) as client, client.stream("Tea", "Leaves.") as turn:
        events: list[StudyEvent | TurnRestarted] = []
        async for event in turn:
            if len(events) == 1:
                cut.services.play_whole_turns()
            if isinstance(event, TurnRestarted):
                events.clear()
            events.append(event)
    assert isinstance(events[0], TurnRestarted)
    assert isinstance(events[-1], TurnCompleted)
    assert cut.services.repeated == [turn.turn_id]
    assert cut.pauses == [0.2]


def test_trying_ends(served: list[Served]) -> None:
    """When the connection breaks again and again, the client gives up and says where it was."""
    long = [READING, *(TextDelta(text="x" * 200) for _ in range(20)), None]
    cut = _serve(served, [1_000, 0, 0], ScriptedServices(script=long))
    with cut.client(reconnects=2) as client, client.stream("Tea", "Leaves.") as turn:
        with pytest.raises(StreamBroken) as broken:
            list(turn)
        assert broken.value.last_event_id == turn.last_event_id is not None
    assert cut.pauses == [0.2, 0.4]


def test_a_turn_that_never_gets_through_is_not_run_for_ever(served: list[Served]) -> None:
    """A way that cuts each run before its end costs a few runs, not one after the other: each may cost money."""
    long = [READING, *(TextDelta(text="x" * 200) for _ in range(20)), None]
    cut = _serve(served, [3_000] * 20, ScriptedServices(script=long))
    with cut.client() as client, client.stream("Tea", "Leaves.") as turn:
        with pytest.raises(StreamBroken) as broken:
            list(turn)
        assert broken.value.last_event_id == turn.last_event_id
    assert len(cut.services.repeated) == 3
    assert cut.pauses == [0.2, 0.4, 0.8]


def test_a_failed_turn_is_an_event(served: list[Served]) -> None:
    """A turn that fails on the way ends its stream with TurnFailed, and the memory stays as it was."""
    failed = TurnFailed(turn_id="t", code="model_timed_out", retryable=True)
    serving = _serve(served, [], ScriptedServices(script=[READING, failed]))
    with serving.client() as client, client.stream("Tea", "Leaves.") as turn:
        assert list(turn)[-1] == failed
    assert (turn.completed, turn.short_term_memory) == (None, [])


def test_leaving_stops_the_turn(served: list[Served]) -> None:
    """Leaving the block closes the connection, which stops the turn."""
    serving = _serve(served, [], ScriptedServices(script=[READING, TextDelta(text="Hm."), None]))
    with serving.client() as client:
        with client.stream("Tea", "Leaves.") as turn:
            assert next(iter(turn)) == READING
            assert serving.services.waiting.wait(5)
        assert serving.services.closed.wait(5)


def test_the_token_is_sent(served: list[Served]) -> None:
    """With the token the API answers, without it the error says so."""
    serving = _serve(served, [], ScriptedServices(token="secret"))  # noqa: S106 (a made-up one)
    with serving.client() as client, pytest.raises(Unauthorized):
        client.chat("Tea", "Leaves.")
    with Client(serving.sidecar.url, token="secret") as client:  # noqa: S106 (a made-up one)
        assert client.chat("Tea", "Leaves.").questions


@pytest.mark.parametrize("token", ["secret", "geheim-schlüssel"])
async def test_a_client_of_ones_own_sends_the_token_too(served: list[Served], token: str) -> None:
    """Whatever ``http`` is used, and whatever letters the token has; who brought it closes it."""
    url = _serve(served, [], ScriptedServices(token=token)).sidecar.url
    with httpx.Client(base_url=url) as http:
        with Client(token=token, http=http) as client, client.stream("Tea", "Leaves.") as turn:
            assert isinstance(list(turn)[-1], TurnCompleted)
        assert not http.is_closed
    async with httpx.AsyncClient(base_url=url) as pool, AsyncClient(token=token, http=pool) as caller:
        assert (await caller.memorize("Tea", [MemoryEntry(role="user", content="Leaves.")])).status == "queued"


def test_a_client_without_an_address_is_refused() -> None:
    """Nobody could tell whom it is to call."""
    with httpx.Client() as http, pytest.raises(ValueError, match="base_url"):
        Client(http=http)


def test_trouble_over_there_may_be_tried_again(served: list[Served]) -> None:
    """A 503 is Unavailable and retryable."""
    serving = _serve(served, [], ScriptedServices(refusal=RecordsUnavailable("full")))
    with serving.client() as client, pytest.raises(Unavailable) as refused:
        client.chat("Tea", "Leaves.")
    assert refused.value.retryable

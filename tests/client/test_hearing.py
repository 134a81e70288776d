"""When to connect again, and when not."""

import httpx
import pytest
from httpx_sse import ServerSentEvent

from feynman.client import StreamBroken, Unreadable
from feynman.client.errors import refusal
from feynman.client.hearing import Hearing
from feynman.domain import StageStarted

BUSY = {"detail": "too many requests", "code": "too_many", "request_id": "r"}


@pytest.fixture
def hearing() -> Hearing:
    """One that has heard the first event of a turn."""
    hearing = Hearing("Leaves.", (), reconnects=3)
    event = StageStarted(stage="reading", turn_id="t")
    hearing.hear(ServerSentEvent(event=event.kind, data=event.model_dump_json(), id="t.r.1.s"))
    return hearing


@pytest.mark.parametrize(("asked", "waited"), [("3", 3.0), ("0", 0.2), ("soon", 0.2), ("30", 30.0)])
def test_it_waits_as_long_as_it_is_asked_to(hearing: Hearing, asked: str, waited: float) -> None:
    """``Retry-After`` of a refusal is kept to."""
    refused = refusal(httpx.Response(429, json=BUSY, headers={"Retry-After": asked}))
    assert hearing.delay(refused) == waited


def test_it_does_not_wait_for_ever(hearing: Hearing) -> None:
    """More than half a minute is the caller's decision."""
    refused = refusal(httpx.Response(503, json=BUSY, headers={"Retry-After": "3600"}))
    with pytest.raises(StreamBroken) as broken:
        hearing.delay(refused)
    assert broken.value.last_event_id == "t.r.1.s"
    assert broken.value.__cause__ is refused


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateways_page_is_a_reason_to_try_again(hearing: Hearing, status: int) -> None:
    """While the process behind a proxy starts anew, the proxy answers with a page of its own."""
    assert hearing.delay(refusal(httpx.Response(status, html="<h1>Bad Gateway</h1>"))) == 0.2


def test_another_servers_page_is_none(hearing: Hearing) -> None:
    """An answer that is none of this API's does not get better by asking again."""
    with pytest.raises(Unreadable):
        hearing.delay(refusal(httpx.Response(404, html="<h1>Not here</h1>")))

import asyncio
import gzip
from ipaddress import ip_address

import httpx
import pytest

from feynman.tools import ToolFailed, guarded_client
from feynman.tools.net import is_public
from feynman.tools.web.fetch import fetch_json
from tests.tools.web import Answer, Heard, WebServer, json_answer, plain_answer, redirect


async def reason(client: httpx.AsyncClient, url: str) -> str:
    """Why a request failed."""
    with pytest.raises(ToolFailed) as failure:
        await fetch_json(client, client.build_request("GET", url))
    return failure.value.reason


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 # an address to refuse, not to listen on
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    """Loopback, private, link-local, shared, reserved and wrapped ones are all told."""
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_that_are_public(address: str) -> None:
    """The internet is reachable."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]"])
async def test_no_way_of_writing_this_machine_gets_through(host: str) -> None:
    """However loopback is spelled, nothing is sent."""
    async with WebServer(json_answer({})) as server, guarded_client(timeout=1) as client:
        assert await reason(client, f"http://{host}:{server.port}/") == "not_allowed"
    assert server.heard == []


async def test_private_addresses_may_be_allowed(client: httpx.AsyncClient) -> None:
    """An installation that hosts its own search can switch the guard off."""
    async with WebServer(json_answer({"a": 1})) as server:
        assert await fetch_json(client, client.build_request("GET", server.url)) == {"a": 1}
    assert server.heard[0].headers["accept-encoding"] == "identity"


async def test_a_redirect_to_a_private_address_is_not_followed(narrow: httpx.AsyncClient) -> None:
    """A public server can't send the client home: the second address is checked as the first."""
    async with WebServer(json_answer({"secret": 1})) as home:
        async with WebServer(redirect(f"{home.url}/admin"), "127.0.0.2") as public:
            assert await reason(narrow, public.url) == "not_allowed"
        assert len(public.heard) == 1
    assert home.heard == []


async def test_a_redirect_among_public_addresses_is_followed(narrow: httpx.AsyncClient) -> None:
    """An API that moved is found, without its key when it moved to another host."""
    async with WebServer(json_answer({"a": 1}), "127.0.0.2") as new, WebServer(redirect(new.url), "127.0.0.2") as old:
        request = narrow.build_request("GET", old.url, headers={"Authorization": "Bearer key"})
        assert await fetch_json(narrow, request) == {"a": 1}
    assert "authorization" in old.heard[0].headers
    assert "authorization" not in new.heard[0].headers


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.2/", "gopher://127.0.0.2:70/_x"])
async def test_a_redirect_out_of_the_web_is_not_followed(narrow: httpx.AsyncClient, target: str) -> None:
    """Only http and https are spoken."""
    async with WebServer(redirect(target), "127.0.0.2") as public:
        assert await reason(narrow, public.url) == "not_allowed"


async def test_a_ring_of_redirects_ends(narrow: httpx.AsyncClient) -> None:
    """After three redirects it is enough."""
    async with WebServer(redirect("/again"), "127.0.0.2") as public:
        assert await reason(narrow, public.url) == "unusable"
    assert len(public.heard) == 4


async def _endless(_heard: Heard, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n[")
    while True:
        writer.write(b"1," * 8_192)
        await writer.drain()


async def _silent(_heard: Heard, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def _cut(_heard: Heard, writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"results": [')


async def _babble(_heard: Heard, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x16\x03\x01 this is no http\r\n\r\n")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (_endless, "too_large"),
        (plain_answer("200 OK", b"[" + b"1," * 60_000 + b"1]"), "too_large"),
        (plain_answer("200 OK", gzip.compress(b"[" + b" " * 10_000_000 + b"]"), "Content-Encoding: gzip"), "unusable"),
        (_silent, "timed_out"),
        (_cut, "unreachable"),
        (_babble, "unreachable"),
        (plain_answer("500 Internal Server Error", b"oops"), "unreachable"),
        (plain_answer("503 Unavailable", b""), "unreachable"),
        (plain_answer("403 Forbidden", b"no"), "refused"),
        (plain_answer("429 Too Many", b"", "Retry-After: 7"), "rate_limited"),
        (plain_answer("200 OK", b"<html>not json"), "unusable"),
        (plain_answer("200 OK", b"\xff\xfe\x00"), "unusable"),
        (plain_answer("200 OK", b"[" * 60_000), "unusable"),
        (plain_answer("302 Found", b"", "Location: http://[broken"), "unreachable"),
    ],
)
async def test_every_misbehaviour_has_a_name(client: httpx.AsyncClient, answer: Answer, expected: str) -> None:
    """Whatever a server does, the caller hears one of the reasons, and the client goes on working."""
    async with WebServer(answer) as server:
        assert await reason(client, server.url) == expected
        server.answer = json_answer({"a": 1})
        assert await fetch_json(client, client.build_request("GET", server.url)) == {"a": 1}


async def test_nobody_there_has_a_name_too(client: httpx.AsyncClient) -> None:
    """A closed port and a name that does not exist are unreachable."""
    async with WebServer(json_answer({})) as server:
        url = server.url
    assert await reason(client, url) == "unreachable"
    assert await reason(client, "http://no-such-host.invalid/") == "unreachable"


async def test_a_wait_that_a_server_asks_for_is_passed_on(client: httpx.AsyncClient) -> None:
    """Seconds are taken over, at most an hour; anything else is ignored."""
    for given, expected in (("7", 7.0), ("999999", 3_600.0), ("soon", None), ("-1", None)):
        async with WebServer(plain_answer("429 Too Many", b"", f"Retry-After: {given}")) as server:
            with pytest.raises(ToolFailed) as failure:
                await fetch_json(client, client.build_request("GET", server.url))
        assert failure.value.retry_after == expected

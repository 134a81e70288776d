"""Starting and stopping a real model."""

import asyncio
import ctypes
import signal
import sys
from pathlib import Path

import httpx
import psutil
import pytest
from structlog.testing import capture_logs

from feynman.engines.llm import Endpoint, Line, pooled_client
from feynman.engines.local import (
    Loading,
    LocalFileMissing,
    LocalFileUnusable,
    LocalMemoryShort,
    LocalModelError,
    LocalPackageMissing,
    LocalServer,
)
from tests.engines.local.conftest import SMALL
from tests.parts import required_model

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def handlers() -> list[int]:
    """The addresses of the process's signal handlers."""
    look = ctypes.pythonapi.PyOS_getsig
    look.restype, look.argtypes = ctypes.c_void_p, [ctypes.c_int]
    return [look(number) or 0 for number in SIGNALS]


async def test_it_tells_how_loading_goes_on(running: LocalServer, told: list[Loading]) -> None:
    """It checks, reads to the end, starts and is ready, and then answers."""
    stages = [entry.stage for entry in told]
    assert list(dict.fromkeys(stages)) == ["checking", "reading", "starting", "ready"]
    shares = [entry.done for entry in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert running.loading == told[-1]
    assert await running.healthy()


async def test_nobody_without_the_key_gets_an_answer(running: LocalServer) -> None:
    """A page in the learner's browser can reach loopback; it may neither ask nor read."""
    assert running.endpoint is not None
    origin = {"Origin": "http://evil.example"}
    async with httpx.AsyncClient(base_url=running.endpoint.url, trust_env=False, headers=origin) as client:
        asked = await client.post("/chat/completions", json={"messages": [{"role": "user", "content": "hi"}]})
        listed = await client.get("/models")
    assert (asked.status_code, listed.status_code) == (401, 401)
    assert not asked.headers.get("access-control-allow-origin")


async def test_starting_and_stopping_again_leaves_nothing(model_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Twice is as good as once; address and key stay; no thread, no output and no signal handler is left behind."""
    server = LocalServer(model_path, SMALL)
    process, before = psutil.Process(), handlers()
    with capture_logs() as logged:
        await server.stop()
        first = await server.start()
        assert await server.start() is first
        await server.stop()
    assert [line["event"] for line in logged] == ["local_model_started", "local_model_stopped"]
    assert capfd.readouterr() == ("", "")
    threads = process.num_threads()  # llama.cpp keeps one, and asyncio its own
    again = await server.start()
    assert again == first
    assert await says_something(again)
    await server.stop()
    await server.stop()
    assert [server.endpoint, server.loading, await server.healthy()] == [None, None, False]
    assert process.num_threads() <= threads + 1
    assert handlers() == before


async def test_two_starts_at_once_are_one(model_path: Path) -> None:
    """Who comes second waits for the first one's server."""
    server = LocalServer(model_path, SMALL)
    one, other = await asyncio.gather(server.start(), server.start())
    assert one is other
    await server.stop()


async def test_another_port_is_taken_when_the_old_one_is_busy(model_path: Path) -> None:
    """A restart works although somebody listens where the server was."""
    server = LocalServer(model_path, SMALL)
    first = await server.start()
    await server.stop()
    port = int(first.url.rpartition(":")[2].partition("/")[0])
    async with await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", port):
        second = await server.start()
        assert second.url != first.url
        assert await server.healthy()
    await server.stop()


@pytest.mark.parametrize("stage", ["reading", "starting"])
async def test_a_start_can_be_cancelled(model_path: Path, stage: str) -> None:
    """Whenever that happens, nothing runs afterwards, and it can be started again."""
    server = LocalServer(model_path, SMALL)
    starting = asyncio.create_task(server.start())
    while server.loading is None or server.loading.stage != stage:
        await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert [server.endpoint, server.loading] == [None, None]
    assert not await server.healthy()
    assert await says_something(await server.start())
    await server.stop()


async def test_a_model_that_does_not_fit_is_refused(model_path: Path) -> None:
    """Before it is loaded, with both figures; unless one does not want to know."""
    tight = LocalServer(model_path, SMALL, free=lambda: 50 * 2**20)
    with pytest.raises(LocalMemoryShort, match=r"needs about 0\.\d GiB .* 0\.0 GiB are free") as caught:
        await tight.start()
    assert caught.value.needed > 98_000_000 > caught.value.free
    assert tight.loading is None
    careless = LocalServer(model_path, SMALL.model_copy(update={"check_memory": False}), free=lambda: 0)
    await careless.start()
    await careless.stop()


def broken(folder: Path, model: Path) -> dict[str, Path]:
    """Files that are no model."""
    head = model.read_bytes()[:2_000_000]
    files = {
        "empty": b"",
        "text": b"just some words",
        "magic": b"GGUF",
        "head": head[:100],
        "half": head,
        "version": b"GGUF" + b"\xff" * 40,
    }
    for name, body in files.items():
        (folder / f"{name}.gguf").write_bytes(body)
    return {name: folder / f"{name}.gguf" for name in files}


async def test_a_bad_file_is_refused_in_a_sentence(model_path: Path, tmp_path: Path) -> None:
    """Empty, no model, broken off: it says so, and says what to do."""
    for path in broken(tmp_path, model_path).values():
        with pytest.raises(LocalFileUnusable, match=r"\.gguf.*(download|take)"):
            await LocalServer(path, SMALL).start()


async def test_a_path_without_a_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """A folder is none, and what does not exist neither."""
    required_model()
    with pytest.raises(LocalFileMissing, match="is a folder; give the path"):
        await LocalServer(tmp_path, SMALL).start()
    with pytest.raises(LocalFileMissing, match="does not exist; give the path"):
        await LocalServer(tmp_path / "none.gguf", SMALL).start()


async def test_without_the_package_it_says_how_to_get_it(model_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence has the command."""
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(LocalPackageMissing, match=r"pip install -r requirements-local\.txt"):
        await LocalServer(model_path, SMALL).start()


def test_every_error_has_its_own_code() -> None:
    """The page tells them apart."""
    kinds: list[type[LocalModelError]] = [LocalModelError, *LocalModelError.__subclasses__()]
    assert len({kind.code for kind in kinds}) == len(kinds) == 5


async def says_something(endpoint: Endpoint) -> bool:
    """Whether the model answers."""
    client = pooled_client()
    line = Line(endpoint, client)
    pieces = [piece async for piece in line.stream([("human", "Hi")], key="k", note=lambda _: None, with_usage=True)]
    await client.aclose()
    return bool(pieces)

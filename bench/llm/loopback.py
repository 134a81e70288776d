"""An endpoint on loopback that answers at once, in a process of its own: what is measured here is not its work."""

import asyncio
import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from typing import Final

from bench.feynbench.cases import Case, cases
from tests.engines.llm.server import Answer, Call, Say, Server

__all__ = ["MODEL", "answering"]

MODEL: Final = "scripted-1"
_SECONDS: Final = 60.0
_SAID: Final = {
    "en": "Oh, I could follow that bit. But why is it like that?",
    "zh": "哦，这一段我听懂了。可是为什么会这样呢？",
}


@contextmanager
def answering() -> Iterator[str]:
    """Start it and give its base URL."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        if not ours.poll(_SECONDS):
            raise TimeoutError("the scripted endpoint did not start")
        yield str(ours.recv())
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Connection) -> None:
    asyncio.run(_answer(pipe))


async def _answer(pipe: Connection) -> None:
    async with Server(partial(_script, tuple(cases()))).running() as server:
        pipe.send(server.url)
        await asyncio.Event().wait()


def _script(known: tuple[Case, ...], call: Call) -> Answer:
    case = next((case for case in known if case.text in call.text), known[0])
    return Say(_SAID["zh" if "用中文" in call.text else "en"] if call.way == "stream" else _verdict(case))


def _verdict(case: Case) -> str:
    """All that was planted, and other words for each other point: as much to verify as a good model gives."""
    missed = {gap.point for gap in case.gaps}
    length = len(case.text) // len(case.points)
    points = [
        {
            "point": at,
            "status": "missing" if at - 1 in missed else "covered",
            "quote": None if at - 1 in missed else case.text[(at - 1) * length : at * length],
        }
        for at in range(1, len(case.points) + 1)
    ]
    gaps = [
        {"kind": gap.kind, "quote": gap.quote, "point": None if gap.point is None else gap.point + 1}
        for gap in case.gaps
        if gap.quote is not None
    ]
    return json.dumps({"points": points, "gaps": gaps, "resolved": [], "beliefs": []}, ensure_ascii=False)

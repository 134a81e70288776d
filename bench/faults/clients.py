"""Clients that do not behave: silent ones, slow ones, and one that sends far too much."""

import json
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final
from uuid import uuid4

import httpx
import psutil

from bench.faults.load import UNLIMITED, Ledger, load, teach
from bench.faults.report import Report
from bench.faults.watching import alive, health, taught, until
from bench.running_app import RunningApp, running_app

__all__ = ["body", "silent", "slow"]

_MEGABYTE: Final = 1024 * 1024
_TURNS: Final = 5
_TOO_LARGE: Final = 413
_OK: Final = 200


def silent(clients: int = 200, *, patience: float = 20.0) -> Report:
    """Connect ``clients`` times and say nothing, while one learner teaches; then wait for the server to hang up."""
    report, ledger = Report(f"{clients} clients that connect and say nothing"), Ledger()
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "data", UNLIMITED) as app:
        with load(app.sidecar, ledger, threads=1, memorize=False):
            taught(ledger)
            before, files = len(ledger.seconds), _files(app)
            with ExitStack() as stack:
                idle = [stack.enter_context(_connected(app)) for _ in range(clients)]
                begun = time.monotonic()
                taught(ledger, _TURNS)
                crowd = sum(not _is_closed(each) for each in idle)
                status, _ = health(app)
                hung_up = until(lambda: all(_is_closed(each) for each in idle), patience)
                seconds = time.monotonic() - begun
            freed = until(lambda: _files(app) <= files + 5, 5)
        calm, crowded = sorted(ledger.seconds[1:before]), sorted(ledger.seconds[before:])
        report.note("median seconds of a turn without / with them", f"{_middle(calm):.3f} / {_middle(crowded):.3f}")
        report.note("/health meanwhile", status)
        report.note("of them connected after these turns", crowd)
        report.note("seconds until the server hung up on all", "never" if hung_up is None else f"{seconds:.1f}")
        report.note("requests refused", sum(ledger.refused.values()))
        report.hold("turns are answered", kept=len(crowded) >= _TURNS and not ledger.refused)
        report.hold("/health is 200", kept=status == _OK)
        report.hold("silence is not waited for, its files are closed", kept=None not in (hung_up, freed))
        report.hold("the process lives", kept=alive(app))
    return report


def slow(clients: int = 50, *, seconds: float = 8.0) -> Report:
    """Ask for ``clients`` streams and read none of them; one learner teaches meanwhile."""
    report, ledger = Report(f"{clients} readers that do not read"), Ledger()
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "data", UNLIMITED) as app:
        with load(app.sidecar, ledger, threads=1, memorize=False):
            taught(ledger)
            memory = _memory(app)
            with ExitStack() as stack:
                for number in range(clients):
                    stack.enter_context(_connected(app, _stream(number)))
                time.sleep(seconds)
                grown = _memory(app) - memory
                done = taught(ledger, 5)
        report.note("memory more, MB", f"{grown:.0f}")
        report.note("seconds for five turns of somebody else", "never" if done is None else f"{done:.1f}")
        report.note("requests refused", sum(ledger.refused.values()))
        report.hold("others are answered", kept=done is not None and not ledger.refused)
        report.hold("the process lives", kept=alive(app))
    return report


def body(megabytes: int = 100) -> Report:
    """Send ``megabytes``, once with a length and once in chunks without one."""
    report = Report(f"a body of {megabytes} MB")
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "data", UNLIMITED) as app:
        with httpx.Client(base_url=app.sidecar, timeout=60) as client:
            until(lambda: teach_one(client), 30)
            memory = _memory(app)
            for how, content in (("with a length", bytes(megabytes * _MEGABYTE)), ("in chunks", _chunks(megabytes))):
                answer = _sent(client, content)
                report.note(f"answer {how}", answer)
                report.hold(f"413 {how}", kept=answer.startswith(str(_TOO_LARGE)) or "closed" in answer)
            grown = _memory(app) - memory
            report.note("memory more, MB", f"{grown:.0f}")
            report.hold("the body is not kept in memory", kept=grown < megabytes / 2)
            report.hold("the next turn is answered", kept=teach_one(client))
        report.hold("the process lives", kept=alive(app))
    return report


def teach_one(client: httpx.Client) -> bool:
    """Send one turn; whether it was answered."""
    text = "Water pushes a ship up."
    return teach(client, Ledger(), learner=uuid4().hex, session=uuid4().hex, text=text, topic="Buoyancy")


def _sent(client: httpx.Client, content: bytes | Iterator[bytes]) -> str:
    try:
        answer = client.post("/chat", content=content, headers={"Content-Type": "application/json"})
    except httpx.TransportError as error:
        return f"closed while it was sent ({type(error).__name__})"
    return f"{answer.status_code} {answer.json()['code']}"


def _chunks(megabytes: int) -> Iterator[bytes]:
    block = bytes(_MEGABYTE)
    for _ in range(megabytes):
        yield block


def _stream(number: int) -> bytes:
    text = f"Reader {number} says: water pushes a ship up by the weight of the water it displaces."
    content = json.dumps({"topic": "Buoyancy", "explanation": text, "session_id": uuid4().hex}).encode()
    head = "POST /chat/stream?events=all HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


def _connected(app: RunningApp, say: bytes = b"") -> "closing[socket.socket]":
    client = socket.socket()
    # As small as the system lets it be: what is not read soon stays with the server.
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    client.connect(("127.0.0.1", app.sidecar_port))
    client.sendall(say)
    return closing(client)


def _is_closed(client: socket.socket) -> bool:
    client.settimeout(0)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def _files(app: RunningApp) -> int:
    count: int = psutil.Process(app.pid).num_fds()
    return count


def _memory(app: RunningApp) -> float:
    used: int = psutil.Process(app.pid).memory_info().rss
    return used / _MEGABYTE


def _middle(values: list[float]) -> float:
    return values[len(values) // 2] if values else float("nan")

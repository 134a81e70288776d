"""Learners that teach over HTTP and remember what was acknowledged."""

import itertools
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import httpx

__all__ = ["UNLIMITED", "Job", "Ledger", "Taught", "load", "teach"]

UNLIMITED: Final = {"FEYNMAN_RATE_LIMIT": "0"}
"""Settings of an application that is loaded from one address."""

_OK: Final = 200
_ACCEPTED: Final = 202
_TURNS_A_SESSION: Final = 3
_SECONDS: Final = 120.0


@dataclass(frozen=True)
class Taught:
    """A turn that was answered."""

    turn_id: str
    session_id: str
    text: str
    reply: str


@dataclass(frozen=True)
class Job:
    """A conversation that was accepted for remembering."""

    job_id: str
    session_id: str
    text: str


@dataclass
class Ledger:
    """What was acknowledged, what was refused (by status or error), and seconds of the answers; for many threads."""

    turns: list[Taught] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    degraded: int = 0
    seconds: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """The seconds within which that share of the turns was answered."""
        if len(self.seconds) < 2:  # noqa: PLR2004 # what quantiles needs
            return max(self.seconds, default=0.0)
        return statistics.quantiles(self.seconds, n=100, method="inclusive")[max(0, round(share * 100) - 1)]


def teach(client: httpx.Client, ledger: Ledger, *, learner: str, session: str, text: str, topic: str) -> bool:
    """Send one turn and write down what became of it; whether it was answered."""
    body = {"topic": topic, "explanation": text, "learner_id": learner, "session_id": session, "language": "en"}
    begun = time.monotonic()
    answer = _post(client, ledger, "/chat", body)
    ledger.seconds.append(time.monotonic() - begun)
    if answer is None or answer.status_code != _OK:
        return False
    told: dict[str, Any] = answer.json()
    ledger.turns.append(Taught(told["turn_id"], session, text, told["reply"]))
    ledger.degraded += bool(told["degraded"])
    return True


def _memorize(client: httpx.Client, ledger: Ledger, *, learner: str, text: str, topic: str) -> None:
    session = uuid4().hex
    said = [{"role": "user", "content": text}, {"role": "assistant", "content": "Why is that so?"}]
    body = {"topic": topic, "conversation_history": said, "learner_id": learner, "session_id": session}
    answer = _post(client, ledger, "/memorize", body)
    if answer is not None and answer.status_code == _ACCEPTED:
        ledger.jobs.append(Job(answer.json()["job_id"], session, text))


def _post(client: httpx.Client, ledger: Ledger, path: str, body: dict[str, Any]) -> httpx.Response | None:
    try:
        answer = client.post(path, json=body)
    except httpx.TransportError as error:
        ledger.refused[f"{path} {type(error).__name__}"] += 1
        return None
    if answer.status_code not in {_OK, _ACCEPTED}:
        ledger.refused[f"{path} {answer.status_code} {answer.json().get('code')}"] += 1
    return answer


@contextmanager
def load(
    url: str, ledger: Ledger, *, threads: int = 3, pause: float = 0.05, memorize: bool = True, topic: str = "Buoyancy"
) -> Iterator[None]:
    """Let ``threads`` learners teach until the block ends; each waits ``pause`` seconds between two requests."""
    stop = threading.Event()

    def one(name: str) -> None:
        with httpx.Client(base_url=url, timeout=_SECONDS) as client:
            session = uuid4().hex
            for number in itertools.count():
                if stop.wait(pause):
                    return
                session = uuid4().hex if number % _TURNS_A_SESSION == 0 else session
                text = f"Statement {name} {number}: water pushes a ship up by the weight of the water it displaces."
                teach(client, ledger, learner=name, session=session, text=text, topic=topic)
                if memorize and number % _TURNS_A_SESSION == 0:
                    _memorize(client, ledger, learner=name, text=f"Remember {name} {number}: ice floats.", topic=topic)

    learners = [threading.Thread(target=one, args=(f"learner-{uuid4().hex[:12]}",)) for _ in range(threads)]
    for learner in learners:
        learner.start()
    try:
        yield
    finally:
        stop.set()
        for learner in learners:
            learner.join(_SECONDS)

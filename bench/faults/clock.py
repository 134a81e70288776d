"""The wall clock jumps while jobs wait: a day back, then two days ahead; the clock is injected, not the system's."""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bench.faults.report import Report
from feynman.consolidation import Consolidator
from feynman.domain import Belief, Explanation, Reference
from feynman.memory import MemoryStore
from feynman.observability.metrics import Metrics
from feynman.records import Records, TurnOutcome
from feynman.text.embedding import Embedder

__all__ = ["clock"]

_TURNS: Final = 10
_SECONDS: Final = 30.0
_JUMPS: Final = (timedelta(0), timedelta(days=-1), timedelta(days=2))


class _Clock:
    def __init__(self) -> None:
        self.offset = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset


def clock() -> Report:
    """Let ten turns come, jump, and wait for their memories; each time over the same files."""
    report = Report("clock jumped (injected clock)")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_run(Path(folder), report))
    return report


async def _run(folder: Path, report: Report) -> None:
    time = _Clock()
    records = await Records.open(f"sqlite+aiosqlite:///{folder / 'feynman.db'}", clock=time)
    memory = await MemoryStore.open(folder / "chroma", records.memories, Embedder(), clock=time)
    consolidator = Consolidator(records=records, memory=memory, metrics=Metrics(), poll=0.2)
    learner = await records.learners.add("Ada", "en")
    consolidator.start()
    for jump in _JUMPS:
        sessions = [await _turn(records, learner.id, f"{jump.days} {number}") for number in range(_TURNS)]
        time.offset += jump
        consolidator.wake()
        begun = asyncio.get_running_loop().time()
        done = await _drained(records)
        seconds = asyncio.get_running_loop().time() - begun
        kept = [each.session_id for each in await records.memories.list(learner.id)]
        once = all(kept.count(session) == 1 for session in sessions)
        report.note(f"jump of {jump.days} days: seconds until 10 jobs were done", f"{seconds:.1f}" if done else "never")
        report.hold(f"after {jump.days} days every job is done once", kept=done and once)
    report.hold("nothing was counted as failed", kept=(await records.jobs.backlog()).failed == 0)
    await consolidator.close()
    await memory.close()
    await records.close()


async def _turn(records: Records, learner_id: str, name: str) -> str:
    reference = Reference(topic="Ships")
    session = await records.sessions.start(
        session_id=None, learner_id=learner_id, topic="Ships", language="en", topic_id=None, reference=reference
    )
    text = f"Statement {name}: ships displace water."
    explanation = Explanation(
        topic="Ships",
        text=text,
        language="en",
        learner_id=learner_id,
        session_id=session.id,
        turn_id=f"turn-{session.id}",
    )
    turn, _ = await records.turns.begin(explanation)
    belief = Belief(id=f"belief-{session.id}", turn_id=turn.id, quote=text, start=0, end=len(text))
    await records.turns.finish(turn.id, TurnOutcome(status="completed", beliefs=(belief,), consolidate=True))
    return session.id


async def _drained(records: Records) -> bool:
    end = asyncio.get_running_loop().time() + _SECONDS
    while await records.jobs.pending():
        if asyncio.get_running_loop().time() > end:
            return False
        await asyncio.sleep(0.05)
    return True

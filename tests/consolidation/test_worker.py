"""The outbox: jobs survive, are done once, and a failure waits its turn."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from feynman.consolidation import Consolidator
from feynman.domain import Belief, Explanation, Memory, Reference
from feynman.memory import MemoryStore
from feynman.observability.metrics import Metrics
from feynman.records import Records, TurnOutcome
from feynman.text.embedding import Embedder


async def records_with_turns(path: Path, turns: int) -> tuple[Records, str]:
    """Open a database in which ``turns`` turns of one session were completed and wait to be consolidated."""
    records = await Records.open(f"sqlite+aiosqlite:///{path}")
    learner = await records.learners.add("Ada", "en")
    session = await records.sessions.start(
        session_id=None,
        learner_id=learner.id,
        topic="Ships",
        language="en",
        topic_id=None,
        reference=Reference(topic="Ships"),
    )
    for number in range(turns):
        text = f"Statement number {number} about ships."
        explanation = Explanation(
            topic="Ships",
            text=text,
            language="en",
            learner_id=learner.id,
            session_id=session.id,
            turn_id=f"turn-{number}",
        )
        turn, _ = await records.turns.begin(explanation)
        belief = Belief(id=f"belief-{number}", turn_id=turn.id, quote=text, start=0, end=len(text))
        await records.turns.finish(turn.id, TurnOutcome(status="completed", beliefs=(belief,), consolidate=True))
    return records, learner.id


async def until(done: Callable[[], object]) -> None:
    """Wait until the awaitable condition holds."""
    async with asyncio.timeout(10):
        while not await done():  # type: ignore[misc] # a coroutine function or a lambda around one
            await asyncio.sleep(0.02)


async def test_jobs_of_an_earlier_process_are_done(tmp_path: Path) -> None:
    """Jobs written before a restart become memories after it, once."""
    records, learner_id = await records_with_turns(tmp_path / "a.db", 3)
    assert await records.jobs.pending() == 3
    await records.close()

    records = await Records.open(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}")
    memory = await MemoryStore.open(tmp_path / "chroma", records.memories, Embedder())
    metrics = Metrics()
    consolidator = Consolidator(records=records, memory=memory, metrics=metrics, poll=0.05)
    consolidator.start()

    async def drained() -> bool:
        return await records.jobs.pending() == 0

    await until(drained)
    assert consolidator.alive
    await consolidator.close()
    (kept,) = await records.memories.list(learner_id)
    assert kept.turn_ids == ("turn-0", "turn-1", "turn-2")
    await memory.close()
    await records.close()


@asynccontextmanager
async def failing(folder: Path, turns: int, poll: float) -> AsyncIterator[tuple[Records, Metrics, Consolidator]]:
    """A worker at work whose every job fails."""
    records, _ = await records_with_turns(folder / "a.db", turns)
    memory = await MemoryStore.open(folder / "chroma", records.memories, BrokenEmbedder())
    metrics = Metrics()
    consolidator = Consolidator(records=records, memory=memory, metrics=metrics, poll=poll)
    consolidator.start()
    yield records, metrics, consolidator
    await consolidator.close()
    await memory.close()
    await records.close()


async def test_a_failing_job_is_postponed_and_the_worker_lives(tmp_path: Path) -> None:
    """When remembering fails the job goes back with its code and the next one is tried."""
    async with failing(tmp_path, 2, poll=0.05) as (records, metrics, consolidator):

        async def both_tried() -> bool:
            return b'feynman_memories_total{action="failed"} 2.0' in metrics.render()

        await until(both_tried)
        assert consolidator.alive
        assert await records.jobs.pending() == 2


async def test_a_job_that_is_given_up_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After ten failures nobody tries again; the metric that an alert looks at tells."""
    monkeypatch.setattr("feynman.consolidation.worker._BACKOFF_SECONDS", 0.0)
    async with failing(tmp_path, 1, poll=0.01) as (records, metrics, _):

        async def given_up() -> bool:
            return metrics.snapshot()["feynman_jobs_given_up_total"] == 1

        await until(given_up)
        assert (await records.jobs.backlog()).failed == 1
        assert metrics.snapshot()['feynman_memories_total{action="failed"}'] == 10


async def test_closing_an_idle_or_unstarted_consolidator_is_quick(tmp_path: Path) -> None:
    """Close returns although nothing was ever started."""
    records, _ = await records_with_turns(tmp_path / "a.db", 0)
    memory = await MemoryStore.open(tmp_path / "chroma", records.memories, Embedder())
    consolidator = Consolidator(records=records, memory=memory, metrics=Metrics())
    assert not consolidator.alive
    await consolidator.close()
    await memory.close()
    await records.close()


class BrokenEmbedder(Embedder):
    """An encoder whose model gives up."""

    def encode(self, texts: object) -> np.typing.NDArray[np.float32]:
        """Fail as a damaged weights file does."""
        raise ValueError(f"cannot embed {type(texts).__name__}")


class SlowMemory(MemoryStore):
    """Memories that take their time until ``gate`` opens."""

    gate: asyncio.Event

    async def remember(self, draft: Memory) -> Memory:
        """Wait, then store as usual."""
        await self.gate.wait()
        return await super().remember(draft)


async def test_what_does_not_fit_the_queue_waits_in_the_database(tmp_path: Path) -> None:
    """Of 130 jobs a hundred are taken, the rest stays where it is safe, and in the end all are done once."""
    records, learner_id = await records_with_turns(tmp_path / "a.db", 130)
    memory = await SlowMemory.open(tmp_path / "chroma", records.memories, Embedder())
    assert isinstance(memory, SlowMemory)
    memory.gate = asyncio.Event()
    consolidator = Consolidator(records=records, memory=memory, metrics=Metrics(), poll=0.05)
    consolidator.start()

    async def full() -> bool:
        return consolidator.held == 100

    async def drained() -> bool:
        return await records.jobs.pending() == 0

    await until(full)
    await asyncio.sleep(0.2)
    assert consolidator.held == 100
    assert await records.jobs.pending() == 130
    memory.gate.set()
    async with asyncio.timeout(60):
        while not await drained():
            await asyncio.sleep(0.05)
    assert (await records.jobs.backlog()).failed == 0
    assert len(await records.memories.list(learner_id)) == 1
    await consolidator.close()
    await memory.close()
    await records.close()


async def test_closing_gives_back_what_it_holds(tmp_path: Path) -> None:
    """Jobs that were not finished in time are due again at once, for whoever comes next, and count no attempt."""
    records, _ = await records_with_turns(tmp_path / "a.db", 5)
    memory = await SlowMemory.open(tmp_path / "chroma", records.memories, Embedder())
    assert isinstance(memory, SlowMemory)
    memory.gate = asyncio.Event()
    consolidator = Consolidator(records=records, memory=memory, metrics=Metrics(), poll=0.05)
    consolidator.start()

    async def taken() -> bool:
        return consolidator.held == 5

    await until(taken)
    await consolidator.close(patience=0.05)
    jobs = await records.jobs.claim(9)
    assert [job.attempts for job in jobs] == [0] * 5
    await memory.close()
    await records.close()

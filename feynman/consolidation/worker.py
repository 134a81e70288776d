"""Workers that drain the outbox: jobs are rows written with their turn, so a killed process loses none."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

from feynman.consolidation.drafts import draft_memories
from feynman.domain import FeynmanError, Gap, Memory, Session, Turn
from feynman.memory import MemoryStore
from feynman.observability.metrics import Metrics
from feynman.observability.tracing import fail, span
from feynman.records import Job, Records

__all__ = ["Consolidator", "Summarise"]

log = structlog.get_logger("feynman.consolidation")

Summarise = Callable[[Session, Sequence[Turn], Sequence[Gap]], Awaitable[str | None]]
"""Sums a session up in other words than the learner's, ``None`` when it can't."""

_QUEUE: Final = 100
_LEASE_SECONDS: Final = 60.0
_BACKOFF_SECONDS: Final = 5.0


class Consolidator:
    """Claims jobs into a queue of at most 100 and works them off with ``workers`` tasks; looks every ``poll`` seconds.

    What does not fit stays in the database; the leases of what is queued or worked on are renewed at each look.
    A session's summary is what ``summarise`` returns; without it, or where it has nothing, the learner's own words.
    """

    def __init__(
        self,
        *,
        records: Records,
        memory: MemoryStore,
        metrics: Metrics,
        workers: int = 2,
        poll: float = 5.0,
        summarise: Summarise | None = None,
        rand: Callable[[], float] = random.random,
    ) -> None:
        self._records = records
        self._memory = memory
        self._metrics = metrics
        self._workers = workers
        self._poll = poll
        self._summarise = summarise
        self._rand = rand
        self._queue: asyncio.Queue[Job] = asyncio.Queue(maxsize=_QUEUE)
        self._held: set[str] = set()
        self._more = False
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        metrics.watch_queue("consolidation", lambda: self.held)

    def start(self) -> None:
        """Start working; call on the loop."""
        self._tasks = [asyncio.create_task(self._dispatch(), name="consolidation-dispatch")]
        self._tasks += [
            asyncio.create_task(self._work(), name=f"consolidation-{number}") for number in range(self._workers)
        ]

    def wake(self) -> None:
        """Look for jobs now; call on the loop."""
        self._wake.set()

    @property
    def alive(self) -> bool:
        """Whether every task still runs."""
        return bool(self._tasks) and not any(task.done() for task in self._tasks)

    @property
    def held(self) -> int:
        """How many jobs are queued or being worked on here, at most 100."""
        return len(self._held)

    async def close(self, patience: float = 2.0) -> None:
        """Finish what is queued within ``patience`` seconds; the rest stays in the outbox for the next start."""
        if not self._tasks:
            return
        dispatch, *_ = self._tasks
        dispatch.cancel()
        try:
            await asyncio.wait_for(self._queue.join(), patience)
        except TimeoutError:
            log.info("jobs_left_for_next_start", queued=self._queue.qsize())
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._give_back()

    async def _give_back(self) -> None:
        try:
            if self._held:
                await self._records.jobs.release(self._held)
        except FeynmanError as error:
            log.warning("jobs_left_to_their_leases", code=error.code)

    async def _dispatch(self) -> None:
        while True:
            self._wake.clear()
            claimed = await self._claim()
            for job in claimed:
                self._held.add(job.id)
                self._queue.put_nowait(job)
            if not claimed:
                await self._wait()

    async def _claim(self) -> list[Job]:
        free = _QUEUE - len(self._held)
        try:
            jobs = await self._records.jobs.claim(free, _LEASE_SECONDS, held=tuple(self._held))
            self._metrics.jobs_pending.set(await self._records.jobs.pending())
        except FeynmanError as error:
            log.warning("jobs_not_claimed", code=error.code)
            return []
        self._more = len(jobs) == free
        return jobs

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), self._poll)
        except TimeoutError:
            return

    async def _work(self) -> None:
        while True:
            job = await self._queue.get()
            try:
                with span("consolidate", **{"gen_ai.conversation.id": job.session_id, "feynman.job_id": job.id}):
                    await self._consolidate(job)
            finally:
                self._let_go(job)

    def _let_go(self, job: Job) -> None:
        self._queue.task_done()
        task = asyncio.current_task()
        if task is None or not task.cancelling():
            self._held.discard(job.id)
        if self._more and self._queue.empty():
            self._wake.set()

    async def _consolidate(self, job: Job) -> None:
        try:
            for draft in await self._drafts(job):
                await self._memory.remember(draft)
            await self._records.jobs.complete(job.id)
        except FeynmanError as error:
            await self._postpone(job, error.code)
        except Exception:
            # A worker that dies leaves its queue to nobody: whatever happens in one job stays in that job.
            log.exception("job_crashed", job_id=job.id)
            await self._postpone(job, "internal")

    async def _drafts(self, job: Job) -> list[Memory]:
        session = await self._records.sessions.find(job.session_id)
        if session is None:
            return []
        beliefs, gaps = await self._records.beliefs.list(job.session_id), await self._records.gaps.list(job.session_id)
        return draft_memories(session, beliefs, gaps, await self._summary(session, gaps) if beliefs else None)

    async def _summary(self, session: Session, gaps: Sequence[Gap]) -> str | None:
        if self._summarise is None:
            return None
        return await self._summarise(session, await self._records.turns.list(session.id), gaps)

    async def _postpone(self, job: Job, code: str) -> None:
        fail(code)
        log.warning("job_postponed", job_id=job.id, code=code, attempts=job.attempts)
        self._metrics.memory("failed")
        try:
            # Half of it is random: what failed together shall not come back together.
            delay = _BACKOFF_SECONDS * 2**job.attempts * (0.5 + self._rand() / 2)
            if not await self._records.jobs.retry(job.id, code, delay):
                self._metrics.jobs_given_up.inc()
        except FeynmanError as error:
            log.warning("job_left_to_its_lease", job_id=job.id, code=error.code)

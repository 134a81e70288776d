"""The outbox: work that is stored with its turn and done behind the conversation."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from feynman.domain import Frozen, NotFound
from feynman.records.database import Database
from feynman.records.schema import JobRow, JobStatus, TurnRow

__all__ = ["Backlog", "Job", "JobKind", "Jobs", "job_of", "new_job"]

JobKind = Literal["consolidate"]

_MAX_ATTEMPTS: Final = 10
_KEPT: Final = timedelta(days=1)
_LONGEST_DELAY: Final = timedelta(hours=1)
_UNDONE: Final[tuple[JobStatus, ...]] = ("pending", "running")


class Job(Frozen):
    """One piece of work. ``attempts`` counts the failed ones so far."""

    id: str
    kind: JobKind
    session_id: str
    turn_id: str
    attempts: int
    created_at: datetime


class Backlog(Frozen):
    """Jobs still to be done (running ones included), seconds since the oldest was queued, and jobs given up."""

    waiting: int
    oldest_seconds: float
    failed: int


class Jobs:
    """Jobs, handed out under a lease; after ten failed attempts a job is kept but not tried again.

    Done jobs are deleted a day later.
    """

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def claim(self, limit: int, lease_seconds: float = 60, *, held: Collection[str] = ()) -> list[Job]:
        """Take up to ``limit`` due jobs, oldest first; nobody else gets them before ``lease_seconds`` are over.

        The leases of ``held``, which the caller has in hand, begin anew. A job whose lease ran out counts one more
        failed attempt: it may be what killed its worker.
        """
        lease = timedelta(seconds=lease_seconds)
        return await self._database.write(partial(_claim, limit=limit, now=self._clock(), lease=lease, held=held))

    async def complete(self, job_id: str) -> None:
        """Mark a job as done.

        Raises:
            NotFound: no such job.
        """
        await self._database.write(partial(_complete, job_id=job_id))

    async def retry(self, job_id: str, error_code: str, delay_seconds: float) -> bool:
        """Count a failed attempt and make the job due again after ``delay_seconds``, an hour at most.

        A job done stays done. Returns ``False`` when it is given up: it failed too often.

        Raises:
            NotFound: no such job.
        """
        due_at = self._clock() + min(timedelta(seconds=delay_seconds), _LONGEST_DELAY)
        return await self._database.write(partial(_retry, job_id=job_id, error_code=error_code, due_at=due_at))

    async def pending(self) -> int:
        """How many jobs are still to be done, running ones included."""
        return await self._database.read(_pending)

    async def backlog(self) -> Backlog:
        """How much is still to be done."""
        return await self._database.read(partial(_backlog, now=self._clock()))

    async def release(self, job_ids: Collection[str]) -> None:
        """Give back jobs that were claimed and not worked on; that counts as no attempt."""
        await self._database.write(partial(_release, now=self._clock(), job_ids=job_ids))

    async def release_all(self) -> None:
        """Make running jobs due at once: their workers died with the process."""
        await self._database.write(partial(_release_all, now=self._clock()))


def new_job(job_id: str, turn: TurnRow, now: datetime) -> JobRow:
    """A job that consolidates ``turn``, due now."""
    return JobRow(
        id=job_id,
        kind="consolidate",
        session_id=turn.session_id,
        turn_id=turn.id,
        status="pending",
        attempts=0,
        due_at=now,
        created_at=now,
    )


async def job_of(db: AsyncSession, turn_id: str) -> str | None:
    """The id of the job queued with a turn."""
    return await db.scalar(select(JobRow.id).where(JobRow.turn_id == turn_id))


async def _claim(db: AsyncSession, *, limit: int, now: datetime, lease: timedelta, held: Collection[str]) -> list[Job]:
    old = delete(JobRow).where(JobRow.status == "done", JobRow.due_at < now - _KEPT)
    await db.execute(old.execution_options(synchronize_session=False))
    if held:
        mine = update(JobRow).where(JobRow.id.in_(held), JobRow.status == "running")
        await db.execute(mine.values(due_at=now + lease).execution_options(synchronize_session=False))
    if limit < 1:
        return []
    due = (
        select(JobRow)
        .where(JobRow.status.in_(_UNDONE), _is_due(now))
        .order_by(JobRow.due_at, JobRow.created_at, JobRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = (await db.scalars(due)).all()
    for row in rows:
        if row.status == "running":
            _fail(row, "lease_expired", now)
    claimed = [row for row in rows if row.status == "pending"]
    for row in claimed:
        row.status = "running"
        row.due_at = now + lease
    return [_job(row) for row in claimed]


def _is_due(now: datetime) -> ColumnElement[bool]:
    # A clock that was set back must not make jobs wait until it is there again.
    fresh = and_(JobRow.status == "pending", JobRow.attempts == 0)
    return or_(fresh, JobRow.due_at <= now, JobRow.due_at > now + _LONGEST_DELAY)


def _fail(row: JobRow, error_code: str, due_at: datetime) -> None:
    row.attempts += 1
    row.status = "pending" if row.attempts < _MAX_ATTEMPTS else "failed"
    row.error = error_code
    row.due_at = due_at


def _job(row: JobRow) -> Job:
    return Job(
        id=row.id,
        kind="consolidate",
        session_id=row.session_id,
        turn_id=row.turn_id,
        attempts=row.attempts,
        created_at=row.created_at,
    )


async def _locked(db: AsyncSession, job_id: str) -> JobRow:
    row = await db.get(JobRow, job_id, with_for_update=True)
    if row is None:
        raise NotFound("no such job")
    return row


async def _complete(db: AsyncSession, *, job_id: str) -> None:
    row = await _locked(db, job_id)
    row.status = "done"
    row.error = None


async def _retry(db: AsyncSession, *, job_id: str, error_code: str, due_at: datetime) -> bool:
    row = await _locked(db, job_id)
    if row.status in _UNDONE:
        _fail(row, error_code, due_at)
    return row.status != "failed"


async def _pending(db: AsyncSession) -> int:
    return await db.scalar(select(func.count()).select_from(JobRow).where(JobRow.status.in_(_UNDONE))) or 0


async def _backlog(db: AsyncSession, *, now: datetime) -> Backlog:
    undone = select(func.count(), func.min(JobRow.created_at)).where(JobRow.status.in_(_UNDONE))
    waiting, oldest = (await db.execute(undone)).one()
    failed = await db.scalar(select(func.count()).select_from(JobRow).where(JobRow.status == "failed"))
    seconds = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
    return Backlog(waiting=waiting, oldest_seconds=seconds, failed=failed or 0)


async def _release(db: AsyncSession, *, now: datetime, job_ids: Collection[str]) -> None:
    held = update(JobRow).where(JobRow.status == "running", JobRow.id.in_(job_ids))
    await db.execute(held.values(status="pending", due_at=now))


async def _release_all(db: AsyncSession, *, now: datetime) -> None:
    await db.execute(update(JobRow).where(JobRow.status == "running").values(status="pending", due_at=now))

"""The outbox: work that is stored with its turn and done behind the conversation."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from feynman.domain import Frozen, NotFound
from feynman.records.database import Database
from feynman.records.schema import JobRow, JobStatus, TurnRow

__all__ = ["Job", "JobKind", "Jobs", "job_of", "new_job"]

JobKind = Literal["consolidate"]

_MAX_ATTEMPTS: Final = 10
_KEPT: Final = timedelta(days=1)
_UNDONE: Final[tuple[JobStatus, ...]] = ("pending", "running")


class Job(Frozen):
    """One piece of work. ``attempts`` counts the failed ones so far."""

    id: str
    kind: JobKind
    session_id: str
    turn_id: str
    attempts: int
    created_at: datetime


class Jobs:
    """Jobs, handed out under a lease; after ten failed attempts a job is kept but not tried again.

    Done jobs are deleted a day later.
    """

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def claim(self, limit: int, lease_seconds: float = 60) -> list[Job]:
        """Take up to ``limit`` due jobs, oldest first; nobody else gets them before ``lease_seconds`` are over.

        A job whose lease ran out counts one more failed attempt: it may be what killed its worker.
        """
        lease = timedelta(seconds=lease_seconds)
        return await self._database.write(partial(_claim, limit=limit, now=self._clock(), lease=lease))

    async def complete(self, job_id: str) -> None:
        """Mark a job as done.

        Raises:
            NotFound: no such job.
        """
        await self._database.write(partial(_complete, job_id=job_id))

    async def retry(self, job_id: str, error_code: str, delay_seconds: float) -> None:
        """Count a failed attempt and make the job due again after ``delay_seconds``; a job done stays done.

        Raises:
            NotFound: no such job.
        """
        due_at = self._clock() + timedelta(seconds=delay_seconds)
        await self._database.write(partial(_retry, job_id=job_id, error_code=error_code, due_at=due_at))

    async def pending(self) -> int:
        """How many jobs are still to be done, running ones included."""
        return await self._database.read(_pending)

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


async def _claim(db: AsyncSession, *, limit: int, now: datetime, lease: timedelta) -> list[Job]:
    old = delete(JobRow).where(JobRow.status == "done", JobRow.due_at < now - _KEPT)
    await db.execute(old.execution_options(synchronize_session=False))
    due = (
        select(JobRow)
        .where(JobRow.status.in_(_UNDONE), JobRow.due_at <= now)
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


async def _retry(db: AsyncSession, *, job_id: str, error_code: str, due_at: datetime) -> None:
    row = await _locked(db, job_id)
    if row.status in _UNDONE:
        _fail(row, error_code, due_at)


async def _pending(db: AsyncSession) -> int:
    return await db.scalar(select(func.count()).select_from(JobRow).where(JobRow.status.in_(_UNDONE))) or 0


async def _release_all(db: AsyncSession, *, now: datetime) -> None:
    await db.execute(update(JobRow).where(JobRow.status == "running").values(status="pending", due_at=now))

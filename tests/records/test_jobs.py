"""The outbox."""

import asyncio
from pathlib import Path

import pytest

from feynman.domain import NotFound
from feynman.records import Job, Records
from tests.records.make import Clock, explanation, outcome, started, url_of


async def queued(records: Records, count: int = 1) -> list[str]:
    """The ids of ``count`` new jobs of one session."""
    _, session = await started(records)
    ids = []
    for number in range(count):
        turn_id = f"t{number}-{session.id}"
        await records.turns.begin(explanation(session, turn_id))
        ids.append(await records.turns.finish(turn_id, outcome(turn_id)) or "")
    return ids


def ids_of(jobs: list[Job]) -> list[str]:
    """Their ids."""
    return [job.id for job in jobs]


async def test_a_job_is_claimed_once(records: Records, clock: Clock) -> None:
    """Jobs come oldest first, up to the limit, and are not handed out twice."""
    first = await queued(records)
    clock.move(1)
    second = await queued(records)
    assert await records.jobs.pending() == 2
    assert ids_of(await records.jobs.claim(1)) == first
    assert ids_of(await records.jobs.claim(9)) == second
    assert await records.jobs.claim(9) == []
    assert await records.jobs.pending() == 2


async def test_concurrent_workers_share(records: Records, path: Path, clock: Clock) -> None:
    """Workers of two database objects never get the same job."""
    ids = await queued(records, 12)
    second = await Records.open(url_of(path), clock=clock)
    claimed = await asyncio.gather(*((records, second)[number % 2].jobs.claim(3) for number in range(8)))
    got = [job.id for jobs in claimed for job in jobs]
    assert sorted(got) == sorted(ids)
    await second.close()


async def test_a_completed_job_is_done(records: Records, clock: Clock) -> None:
    """It is not handed out again, and a late retry does not wake it."""
    (job_id,) = await queued(records)
    await records.jobs.claim(1)
    await records.jobs.complete(job_id)
    await records.jobs.retry(job_id, "late", 0)
    clock.move(1000)
    assert await records.jobs.pending() == 0
    assert await records.jobs.claim(1) == []


async def test_done_jobs_are_kept_for_a_day(records: Records, clock: Clock) -> None:
    """A claim deletes the jobs that were done more than a day ago, and no other."""
    done, waiting = await queued(records, 2)
    await records.jobs.claim(1, lease_seconds=0)
    await records.jobs.complete(done)

    async def stored() -> list[str]:
        async with records._database.engine.connect() as connection:
            return list((await connection.exec_driver_sql("SELECT id FROM job ORDER BY id")).scalars())

    clock.move(24 * 3600)
    await records.jobs.claim(0)
    assert await stored() == sorted([done, waiting])
    clock.move(1)
    await records.jobs.claim(0)
    assert await stored() == [waiting]


async def test_a_retry_waits(records: Records, clock: Clock) -> None:
    """A failed job comes back after its delay with one attempt more."""
    (job_id,) = await queued(records)
    await records.jobs.claim(1)
    await records.jobs.retry(job_id, "memory_unavailable", 30)
    clock.move(29)
    assert await records.jobs.claim(1) == []
    clock.move(1)
    (job,) = await records.jobs.claim(1)
    assert job.attempts == 1


async def test_ten_failures_end_a_job(records: Records, clock: Clock) -> None:
    """After ten failed attempts a job is kept as failed and not tried again."""
    (job_id,) = await queued(records)
    for attempt in range(10):
        (job,) = await records.jobs.claim(1)
        assert job.attempts == attempt
        assert await records.jobs.retry(job_id, "internal", 1) is (attempt < 9)
        clock.move(1)
    assert await records.jobs.claim(1) == []
    assert await records.jobs.pending() == 0
    async with records._database.engine.connect() as connection:
        rows = await connection.exec_driver_sql("SELECT status, attempts, error FROM job")
        assert rows.one() == ("failed", 10, "internal")


async def test_a_lease_runs_out(records: Records, clock: Clock) -> None:
    """A job whose worker vanished is handed out again after its lease, counted as a failed attempt."""
    (job_id,) = await queued(records)
    await records.jobs.claim(1, lease_seconds=60)
    clock.move(59)
    assert await records.jobs.claim(1) == []
    clock.move(1)
    (job,) = await records.jobs.claim(1)
    assert (job.id, job.attempts) == (job_id, 1)


async def test_release_all(records: Records) -> None:
    """Running jobs become due at once and lose no attempt."""
    ids = await queued(records, 2)
    (done, _) = await records.jobs.claim(2)
    await records.jobs.complete(done.id)
    await records.jobs.release_all()
    again = await records.jobs.claim(5)
    assert [(job.id, job.attempts) for job in again] == [(job_id, 0) for job_id in ids if job_id != done.id]


async def test_missing_jobs_are_not_found(records: Records) -> None:
    """A job that is not there is an error."""
    with pytest.raises(NotFound):
        await records.jobs.complete("none")
    with pytest.raises(NotFound):
        await records.jobs.retry("none", "x", 1)


async def test_what_is_held_stays_held(records: Records, clock: Clock) -> None:
    """A look renews the leases of what its caller has in hand, however long it lasts, and counts nothing against it."""
    (job_id,) = await queued(records)
    await records.jobs.claim(1, lease_seconds=60)
    for _ in range(5):
        clock.move(50)
        assert await records.jobs.claim(9, lease_seconds=60, held=[job_id]) == []
    clock.move(70)
    assert [job.attempts for job in await records.jobs.claim(9)] == [1]


async def test_no_place_takes_nothing(records: Records, clock: Clock) -> None:
    """Who has no place for a job renews what is held and leaves the rest where it is."""
    await queued(records, 2)
    (first,) = ids_of(await records.jobs.claim(1, lease_seconds=60))
    clock.move(50)
    assert await records.jobs.claim(0, lease_seconds=60, held=[first]) == []
    clock.move(50)
    assert first not in ids_of(await records.jobs.claim(9))


async def test_a_released_job_is_due_without_a_mark(records: Records) -> None:
    """A job that was taken and not worked on comes again at once, and no attempt is counted."""
    ids = await queued(records, 2)
    await records.jobs.claim(2)
    await records.jobs.release(ids[:1])
    (job,) = await records.jobs.claim(9)
    assert (job.id, job.attempts) == (ids[0], 0)


async def test_a_clock_set_back_delays_no_job(records: Records, clock: Clock) -> None:
    """New jobs are due whatever the clock says, failed ones no later than their longest delay."""
    fresh, failed = await queued(records, 2)
    await records.jobs.claim(2)
    await records.jobs.release([fresh])
    await records.jobs.retry(failed, "model_failed", 30)
    clock.move(-86_400)
    assert set(ids_of(await records.jobs.claim(9))) == {fresh, failed}


async def test_a_clock_set_ahead_doubles_no_job(records: Records, clock: Clock) -> None:
    """What is in hand stays so when a day is skipped."""
    (job_id,) = await queued(records)
    await records.jobs.claim(1)
    clock.move(86_400)
    assert await records.jobs.claim(9, held=[job_id]) == []


async def test_a_delay_has_a_limit(records: Records, clock: Clock) -> None:
    """However often it failed, a job is tried again within the hour."""
    (job_id,) = await queued(records)
    await records.jobs.claim(1)
    await records.jobs.retry(job_id, "model_failed", 1e6)
    clock.move(3_599)
    assert await records.jobs.claim(1) == []
    clock.move(2)
    assert ids_of(await records.jobs.claim(1)) == [job_id]


async def test_the_backlog_is_told(records: Records, clock: Clock) -> None:
    """It counts what is to be done, how old the oldest is, and what was given up."""
    assert (await records.jobs.backlog()).waiting == 0
    first, _ = await queued(records, 2)
    clock.move(90)
    for _ in range(10):
        await records.jobs.retry(first, "model_failed", 0)
    backlog = await records.jobs.backlog()
    assert (backlog.waiting, backlog.oldest_seconds, backlog.failed) == (1, 90.0, 1)

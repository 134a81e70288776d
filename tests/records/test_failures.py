"""What can go wrong while running, for real: no disk, no permission, no patience, no process."""

# ruff: noqa: ASYNC240 - nothing else waits for the loop of a test

import asyncio
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, make_url
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from feynman.domain import RecordsUnavailable
from feynman.records import Records
from feynman.records.database import Database
from feynman.records.dialect import Dialect
from feynman.records.failures import translated
from feynman.records.schema import LearnerRow
from feynman.records.sqlite import SqliteDialect
from tests.records.make import START, Clock, explanation, memory, outcome, started, url_of, vector

_WRITER = """
import asyncio, sys
from feynman.domain import Explanation, Reference
from feynman.records import Records

async def main():
    records = await Records.open(sys.argv[1])
    learner = await records.learners.ensure("ann", "en")
    await records.sessions.start(
        session_id="s", learner_id="ann", topic="t", language="en", topic_id=None, reference=Reference(topic="t")
    )
    async def one(number):
        said = Explanation(topic="t", text=f"text {number}", language="en", learner_id="ann", session_id="s",
                           turn_id=f"t{number}")
        await records.turns.begin(said)
        print(number, flush=True)
    for start in range(0, 100_000, 4):
        await asyncio.gather(*(one(start + step) for step in range(4)))

asyncio.run(main())
"""


def on_each_use(records: Records, pragma: Callable[[int], str]) -> Callable[[], None]:
    """Set a pragma on whatever connection is used from now on; the answer takes it back."""
    pool = records._database.engine.sync_engine.pool

    def change(connection: Any, *_: object) -> None:  # noqa: ANN401 - SQLAlchemy's adapted connection has no public type
        cursor = connection.cursor()
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA {pragma(cursor.fetchone()[0])}")
        cursor.close()

    event.listen(pool, "checkout", change)
    return lambda: event.remove(pool, "checkout", change)


async def test_check_writes(records: Records) -> None:
    """A check leaves its time in the database's one heartbeat row."""
    await records.check()
    async with records._database.engine.connect() as connection:
        rows = (await connection.exec_driver_sql("SELECT id, at FROM heartbeat")).one()
    assert rows == (1, "2025-03-01 12:00:00.123456")


async def test_a_full_disk_is_said_and_survived(records: Records) -> None:
    """What does not fit is refused as a whole in plain words; with room again everything works."""
    learner, session = await started(records)
    give_room = on_each_use(records, lambda pages: f"max_page_count={pages}")
    with pytest.raises(RecordsUnavailable, match="disk is full") as caught:
        await records.turns.begin(explanation(session, "t1", "x" * 20_000))
    assert "xxx" not in str(caught.value)
    assert caught.value.__cause__ is not None
    assert "xxx" not in str(caught.value.__cause__)
    assert await records.learners.get(learner.id) == learner

    give_room()
    on_each_use(records, lambda _: "max_page_count=1000000")
    turn, created = await records.turns.begin(explanation(session, "t1", "x" * 20_000))
    assert (created, turn.number) == (True, 1)


async def test_a_database_that_became_read_only_fails_the_check(records: Records) -> None:
    """Reading still works, so only a real write can notice."""
    learner = await records.learners.add("a", "en")
    on_each_use(records, lambda _: "query_only=ON")
    with pytest.raises(RecordsUnavailable, match="read-only"):
        await records.check()
    assert await records.learners.get(learner.id) == learner


async def test_a_read_only_file_does_not_open(path: Path) -> None:
    """A database that can't be written is refused at the start, with the reason."""
    await (await Records.open(url_of(path))).close()
    with pytest.raises(RecordsUnavailable, match="read-only"):
        await Records.open(f"sqlite+aiosqlite:///file:{path.as_posix()}?mode=ro&uri=true")
    assert path.exists()


async def test_a_locked_file_is_said(path: Path, records: Records) -> None:
    """When another program keeps the write lock, a write fails in plain words after its patience and reads go on."""
    learner = await records.learners.add("a", "en")
    on_each_use(records, lambda _: "busy_timeout=50")
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RecordsUnavailable, match="another program"):
            await records.check()
        assert await records.learners.get(learner.id) == learner
    await records.check()


async def test_nobody_waits_for_all_others_behind_a_locked_file(path: Path) -> None:
    """A writer whose turn does not come within the patience is told that the file is locked; the next one gets it."""
    dialect = SqliteDialect(make_url(url_of(path)), busy_seconds=0.05)
    async with dialect.writer():
        with pytest.raises(RecordsUnavailable, match="another program keeps the file locked"), translated(dialect):
            async with dialect.writer():
                pytest.fail("the lock was held")
    async with dialect.writer():
        pass


async def test_writers_wait_for_each_other(path: Path, records: Records) -> None:
    """A write started while another program holds the lock waits and succeeds."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(records.check())
        await asyncio.sleep(0.2)
        assert not waiting.done()
    await waiting


async def test_writers_of_one_process_queue_in_order(records: Records) -> None:
    """They do not lean on SQLite's polling: without any patience at the lock twenty writers all succeed, in turn."""
    _, session = await started(records)
    on_each_use(records, lambda _: "busy_timeout=0")
    begun = await asyncio.gather(*(records.turns.begin(explanation(session, f"t{number}")) for number in range(20)))
    assert [turn.number for turn, _ in begun] == list(range(1, 21))


async def test_a_conflict_is_tried_again(records: Records) -> None:
    """A transaction beaten by another writer with the same key runs once more, from the start."""
    learner = await records.learners.add("a", "en")
    ids = iter([learner.id, learner.id, "free"])

    async def insert(db: AsyncSession) -> str:
        row = LearnerRow(id=next(ids), nickname="b", language="en", created_at=START)
        db.add(row)
        await db.flush()
        return row.id

    assert await records._database.write(insert) == "free"
    assert (await records.learners.get(learner.id)) == learner


async def test_many_writers_and_readers_at_once(records: Records, path: Path) -> None:
    """Mixed work from two database objects on one file never meets "database is locked"."""
    second = await Records.open(url_of(path))
    learner, session = await started(records)

    async def work(number: int) -> None:
        store = (records, second)[number % 2]
        await store.turns.begin(explanation(session, f"t{number}"))
        await store.turns.finish(f"t{number}", outcome(f"t{number}"))
        await store.memories.put(memory(f"m{number}", learner.id), vector(number))
        await store.turns.list(session.id)
        for job in await store.jobs.claim(2):
            await store.jobs.complete(job.id)

    await asyncio.gather(*(work(number) for number in range(16)))
    assert len(await records.gaps.list(session.id)) == 32
    assert await records.memories.count() == 16
    assert await records.jobs.pending() == 0
    await second.close()


async def test_a_cancelled_write_holds_nothing_up(records: Records) -> None:
    """Cancelling writers at any moment neither keeps the lock nor loses a number."""
    _, session = await started(records)
    tasks = [asyncio.create_task(records.turns.begin(explanation(session, f"t{number}"))) for number in range(20)]
    for task in tasks[::2]:
        await asyncio.sleep(0.001)
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    turn, _ = await asyncio.wait_for(records.turns.begin(explanation(session, "last")), 5)
    turns = await records.turns.list(session.id)
    assert [kept.number for kept in turns] == list(range(1, len(turns) + 1))
    assert turns[-1] == turn
    assert {f"t{number}" for number in range(1, 20, 2)} <= {kept.id for kept in turns}


async def test_a_closed_database_refuses(records: Records) -> None:
    """After closing, which may happen twice, calls fail instead of opening the file anew."""
    await records.close()
    await records.close()
    with pytest.raises(RecordsUnavailable, match="closed"):
        await records.check()
    with pytest.raises(RecordsUnavailable, match="closed"):
        await records.learners.get("x")


async def test_closing_waits_for_running_work(records: Records) -> None:
    """A transaction that began before closing is completed."""
    learner, session = await started(records)
    begun = asyncio.create_task(records.turns.begin(explanation(session, "t1")))
    await asyncio.sleep(0)
    assert len(records._database._running) == 1
    await records.close()
    turn, created = await begun
    assert created
    assert turn.session_id == session.id
    assert learner.id == session.learner_id


async def test_the_base_dialect_is_enough(path: Path) -> None:
    """Schema, transactions and failures need nothing of SQLite's own: what another server would use works."""
    path.parent.mkdir()
    dialect = Dialect()
    database = Database(create_async_engine(url_of(path), **dialect.engine_options()), dialect)
    dialect.install(database.engine)
    await database._prepare(path.parent / "backups", Clock())
    records = Records(database, clock=Clock(), new_id=iter("ab").__next__)
    _, session = await started(records)
    turn, _ = await records.turns.begin(explanation(session, "t1"))
    assert turn.number == 1
    with pytest.raises(RecordsUnavailable, match=re.escape("the records database: OSError: gone")), translated(dialect):
        raise OSError("gone")
    assert await dialect.set_aside(OSError(), START) is None
    await records.close()


def test_a_killed_process_loses_no_text(path: Path) -> None:
    """Every turn that ``begin`` returned before ``kill -9`` is there afterwards, marked as interrupted."""
    with subprocess.Popen([sys.executable, "-c", _WRITER, url_of(path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told = [int(next(writer.stdout)) for _ in range(30)]
        writer.send_signal(signal.SIGKILL)
        told += [int(line) for line in writer.stdout if line.endswith("\n")]

    async def look() -> None:
        records = await Records.open(url_of(path))
        turns = await records.turns.list("s")
        await records.close()
        texts = {turn.text for turn in turns}
        assert {f"text {number}" for number in told} <= texts
        assert [turn.number for turn in turns] == list(range(1, len(turns) + 1))
        assert {(turn.status, turn.error) for turn in turns} == {("failed", "interrupted")}

    asyncio.run(look())

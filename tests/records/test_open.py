"""Opening: fresh, again, damaged, newer, unusable."""

# ruff: noqa: ASYNC240 - nothing else waits for the loop of a test

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from feynman.domain import ConfigurationError, RecordsUnavailable
from feynman.records import Records
from tests.records.make import Clock, explanation, outcome, started, url_of


def blow_up(path: Path) -> None:
    """Overwrite the middle of the file, which leaves its header intact."""
    with path.open("r+b") as file:
        size = file.seek(0, 2)
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


async def filled(path: Path) -> None:
    """A closed database with one learner and one turn."""
    records = await Records.open(url_of(path))
    _, session = await started(records)
    await records.turns.begin(explanation(session, "t1"))
    await records.close()


async def test_open_makes_folder_and_file(path: Path) -> None:
    """A first start needs nothing but a place."""
    records = await Records.open(url_of(path))
    await records.check()
    await records.close()
    assert path.is_file()
    assert list(path.parent.iterdir()) == [path]


async def test_sqlite_is_set_up(records: Records) -> None:
    """Every connection has WAL, NORMAL, foreign keys and fifteen seconds of patience."""
    async with records._database.engine.connect() as one, records._database.engine.connect() as two:
        for connection in (one, two):
            values = [
                (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
            assert values == ["wal", 1, 1, 15000]


async def test_everything_is_there_after_a_restart(path: Path) -> None:
    """What was stored before closing is read after opening."""
    records = await Records.open(url_of(path))
    learner, session = await started(records)
    await records.turns.begin(explanation(session, "t1"))
    await records.turns.finish("t1", outcome())
    before = await records.turns.list(session.id)
    await records.close()

    records = await Records.open(url_of(path))
    assert await records.learners.get(learner.id) == learner
    assert await records.turns.list(session.id) == before
    await records.close()


async def test_opening_together_makes_one_schema(path: Path) -> None:
    """Four first starts at the same moment on one file all succeed."""
    opened = await asyncio.gather(*(Records.open(url_of(path)) for _ in range(4)))
    for records in opened:
        await records.check()
        await records.close()


async def test_opening_different_files_together(tmp_path: Path) -> None:
    """Migrations of several files in one process do not get into each other's way."""
    opened = await asyncio.gather(*(Records.open(url_of(tmp_path / f"{number}.db")) for number in range(4)))
    for records in opened:
        await started(records)
        await records.close()


async def test_what_a_dead_process_left_is_mended(path: Path) -> None:
    """Started turns become failed with error ``interrupted`` and keep their text; running jobs are due again."""
    records = await Records.open(url_of(path))
    learner, session = await started(records)
    await records.turns.begin(explanation(session, "t1"))
    await records.turns.finish("t1", outcome())
    await records.turns.begin(explanation(session, "t2", "unfinished"))
    (job,) = await records.jobs.claim(5)
    await records.close()

    records = await Records.open(url_of(path))
    turn = await records.turns.get("t2", learner.id)
    assert (turn.status, turn.error, turn.text) == ("failed", "interrupted", "unfinished")
    assert (await records.turns.get("t1", learner.id)).status == "completed"
    assert await records.jobs.claim(5) == [job]
    await records.close()


@pytest.mark.parametrize("content", [b"this is no database at all" * 400, b"SQLite format 3\x00" + b"\xff" * 8000])
async def test_a_file_that_is_no_database_is_set_aside(path: Path, content: bytes, clock: Clock) -> None:
    """It is kept under a name with the time, the message says where and what the next start does, and it does."""
    path.parent.mkdir()
    path.write_bytes(content)

    with pytest.raises(RecordsUnavailable, match="next start begins with an empty database") as caught:
        await Records.open(url_of(path), clock=clock)

    kept = path.with_name("feynman.db.damaged-20250301T120000Z")
    assert str(kept) in str(caught.value)
    assert kept.read_bytes() == content
    assert not path.exists()
    records = await Records.open(url_of(path), clock=clock)
    await records.check()
    await records.close()


async def test_damage_inside_the_file_is_noticed(path: Path, clock: Clock) -> None:
    """A database whose header is fine but whose pages are garbage is set aside, not used."""
    await filled(path)
    blow_up(path)
    with pytest.raises(RecordsUnavailable, match="damaged-20250301T120000Z") as caught:
        await Records.open(url_of(path), clock=clock)
    assert caught.value.__cause__ is not None
    assert not path.exists()


async def test_an_inconsistent_table_is_noticed(path: Path) -> None:
    """Damage that no page's form shows, only ``quick_check`` (nothing where something must be), is damage too."""
    await filled(path)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE session SET topic_id = NULL")
        raw.execute("PRAGMA writable_schema=ON")
        raw.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'topic_id VARCHAR(64)', 'topic_id VARCHAR(64) NOT NULL')"
        )
        raw.commit()
    with pytest.raises(RecordsUnavailable, match="was set aside") as caught:
        await Records.open(url_of(path))
    assert "NULL value in session.topic_id" in str(caught.value.__cause__)


async def test_a_journal_without_its_database_is_kept(path: Path, clock: Clock) -> None:
    """An emptied file whose journal still holds data is damage: SQLite would silently delete the journal."""
    path.parent.mkdir()
    path.write_bytes(b"")
    path.with_name("feynman.db-wal").write_bytes(b"journal")
    with pytest.raises(RecordsUnavailable, match="was set aside"):
        await Records.open(url_of(path), clock=clock)
    assert path.with_name("feynman.db.damaged-20250301T120000Z-wal").read_bytes() == b"journal"


async def test_wal_and_shm_go_along(path: Path, clock: Clock) -> None:
    """The journal of a damaged file stays beside it under the matching name, for whoever tries to rescue it."""
    path.parent.mkdir()
    path.write_bytes(b"garbage" * 1000)
    path.with_name("feynman.db-wal").write_bytes(b"journal")
    path.with_name("feynman.db-shm").write_bytes(b"shared")

    with pytest.raises(RecordsUnavailable):
        await Records.open(url_of(path), clock=clock)

    kept = "feynman.db.damaged-20250301T120000Z"
    assert {file.name for file in path.parent.iterdir()} == {kept, f"{kept}-wal", f"{kept}-shm"}
    assert path.with_name(f"{kept}-wal").read_bytes() == b"journal"


async def test_nothing_set_aside_is_overwritten(path: Path, clock: Clock) -> None:
    """A second damaged file of the same second gets another name."""
    path.parent.mkdir()
    for content in (b"first" * 1000, b"second" * 1000):
        path.write_bytes(content)
        with pytest.raises(RecordsUnavailable):
            await Records.open(url_of(path), clock=clock)
    kept = path.with_name("feynman.db.damaged-20250301T120000Z")
    assert kept.read_bytes().startswith(b"first")
    assert path.with_name(f"{kept.name}-2").read_bytes().startswith(b"second")


async def test_a_newer_database_is_left_alone(path: Path) -> None:
    """A revision that this version does not know is an error that names it; the file stays where it is."""
    await filled(path)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = 'future'")
        raw.commit()
    with pytest.raises(RecordsUnavailable, match="future"):
        await Records.open(url_of(path))
    assert path.exists()


async def test_a_folder_in_the_files_place(path: Path) -> None:
    """What can't be opened is said plainly and nothing is moved."""
    path.mkdir(parents=True)
    with pytest.raises(RecordsUnavailable, match="can't be opened"):
        await Records.open(url_of(path))
    assert path.is_dir()


async def test_a_file_in_the_folders_place(path: Path) -> None:
    """A folder that can't be made is a failure of the records, not of the file system."""
    path.parent.write_text("in the way")
    with pytest.raises(RecordsUnavailable, match=r"feynman\.db") as caught:
        await Records.open(url_of(path))
    assert isinstance(caught.value.__cause__, OSError)


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "sqlite:///x.db", "postgresql+nodriver://host/x", "mystery://host/x"],
    ids=lambda url: url[:12],
)
async def test_an_impossible_url_names_its_setting(url: str) -> None:
    """A URL without an async driver is a mistake in the settings."""
    with pytest.raises(ConfigurationError, match="FEYNMAN_DATABASE_URL"):
        await Records.open(url)


async def test_a_backup_is_made_before_the_schema_changes(path: Path, tmp_path: Path, clock: Clock) -> None:
    """A database that is not at the newest revision is copied first; later starts need no copy."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE old (word)")
        raw.execute("INSERT INTO old VALUES ('kept')")
        raw.commit()
    backups = tmp_path / "backups"
    for _ in range(2):
        await (await Records.open(url_of(path), backup_dir=backups, clock=clock)).close()
    (copy,) = backups.iterdir()
    assert copy.name == "feynman.db.before-upgrade-20250301T120000Z"
    with closing(sqlite3.connect(copy)) as raw:
        assert raw.execute("SELECT word FROM old").fetchall() == [("kept",)]
        assert raw.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


async def test_a_first_start_makes_no_backup(path: Path, tmp_path: Path) -> None:
    """There is nothing to copy of an empty database."""
    await (await Records.open(url_of(path), backup_dir=tmp_path / "backups")).close()
    assert not (tmp_path / "backups").exists()


async def test_a_database_in_memory(clock: Clock) -> None:
    """All callers share its one connection in turn."""
    records = await Records.open("sqlite+aiosqlite:///:memory:", clock=clock)
    _, session = await started(records)
    begun = await asyncio.gather(*(records.turns.begin(explanation(session, f"t{number}")) for number in range(20)))
    assert sorted(turn.number for turn, _ in begun) == list(range(1, 21))
    await records.close()

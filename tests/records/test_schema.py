"""Models, migrations and column types."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateTable

from feynman.domain import RecordsUnavailable
from feynman.records import Records, migrate
from feynman.records.schema import Base, LearnerRow
from tests.records.make import START, Clock, url_of


async def differences(connection: AsyncConnection) -> list[object]:
    """What a migration would have to change."""
    return await connection.run_sync(
        lambda sync: list(compare_metadata(MigrationContext.configure(sync), Base.metadata))
    )


async def tables(connection: AsyncConnection) -> set[str]:
    """The tables there are."""
    return await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))


async def test_models_and_migrations_agree(records: Records) -> None:
    """A database migrated to head has exactly the tables, columns, indexes and constraints of the models."""
    async with records._database.engine.connect() as connection:
        assert await differences(connection) == []
        assert await tables(connection) == {*Base.metadata.tables, "alembic_version"}


async def test_downgrade_and_upgrade_round_trip(records: Records) -> None:
    """Going down to nothing removes every table, going up again brings the same schema."""
    directory = migrate.scripts()
    async with records._database.dialect.migration(records._database.engine) as connection:
        await connection.run_sync(migrate.move, directory, "base")
        assert await tables(connection) == {"alembic_version"}
        await connection.run_sync(migrate.move, directory, "head")
        assert await differences(connection) == []


async def test_a_failed_migration_leaves_nothing(records: Records) -> None:
    """Schema changes are part of their transaction: an error takes all of them back."""
    directory = migrate.scripts()

    async def down_and_fail() -> None:
        async with records._database.dialect.migration(records._database.engine) as connection:
            await connection.run_sync(migrate.move, directory, "base")
            raise LookupError

    with pytest.raises(LookupError):
        await down_and_fail()
    async with records._database.engine.connect() as connection:
        assert await differences(connection) == []
    await records.check()


async def test_foreign_keys_are_off_while_migrating_only(records: Records) -> None:
    """A rebuilt table does not take its children along, and afterwards every connection checks them again."""
    engine = records._database.engine
    async with records._database.dialect.migration(engine) as connection:
        assert (await connection.exec_driver_sql("PRAGMA foreign_keys")).scalar_one() == 0
    async with engine.connect() as one, engine.connect() as two:
        for connection in (one, two):
            assert (await connection.exec_driver_sql("PRAGMA foreign_keys")).scalar_one() == 1


@pytest.mark.parametrize("name", sorted(Base.metadata.tables))
def test_tables_compile_for_postgresql(name: str) -> None:
    """No table needs SQLite."""
    statement = str(CreateTable(Base.metadata.tables[name]).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its constructor untyped
    assert f"CREATE TABLE {name}" in statement
    assert "TIMESTAMP WITHOUT" not in statement


async def test_times_come_back_as_aware_utc(path: Path, clock: Clock) -> None:
    """A time of any zone is stored as the same instant and read as UTC, to the microsecond."""
    clock.now = START.astimezone(timezone(timedelta(hours=8)))
    records = await Records.open(url_of(path), clock=clock)
    learner = await records.learners.add("a", "en")

    async with records._database.engine.connect() as connection:
        stored = (await connection.execute(LearnerRow.__table__.select())).one()
        raw = (await connection.exec_driver_sql("SELECT created_at FROM learner")).scalar_one()

    assert stored.id == learner.id
    assert stored.created_at == START
    assert stored.created_at.tzinfo is UTC
    assert raw == "2025-03-01 12:00:00.123456"
    await records.close()


async def test_a_naive_time_is_refused(records: Records, clock: Clock) -> None:
    """A clock without a zone is a mistake that is not stored."""
    clock.now = datetime(2025, 3, 1)  # noqa: DTZ001 - what must be refused
    with pytest.raises(RecordsUnavailable, match="zone"):
        await records.learners.add("a", "en")

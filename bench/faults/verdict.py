"""Whether all that was acknowledged is in the files of an application that does not run."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bench.faults.load import Ledger
from bench.faults.report import Report

__all__ = ["examine"]


def examine(data_dir: Path, ledger: Ledger, report: Report, *, drained: bool = True) -> None:
    """Look for every acknowledged turn and job, for doubles, and whether database and index agree.

    ``drained`` says that the workers had the time to finish.
    """
    with closing(sqlite3.connect(data_dir / "feynman.db")) as database:
        _turns(database, ledger, report)
        _jobs(database, ledger, report, drained=drained)
        memories = _memories(database)
    indexed = _indexed(data_dir / "chroma")
    report.note("memories in the database / in the index", f"{len(memories)} / {len(indexed)}")
    report.hold("the index holds what the database holds, in the same state", kept=indexed == memories)


def _turns(database: sqlite3.Connection, ledger: Ledger, report: Report) -> None:
    verdict = database.execute("PRAGMA integrity_check").fetchone()[0]
    report.hold(f"the database is sound ({verdict})", kept=verdict == "ok")
    stored = {row[0]: row[1:] for row in database.execute("SELECT id, text, reply, status FROM turn")}
    lost = [turn for turn in ledger.turns if stored.get(turn.turn_id) != (turn.text, turn.reply, "completed")]
    doubled = database.execute("SELECT count(*) FROM (SELECT 1 FROM turn GROUP BY text HAVING count(*) > 1)").fetchone()
    report.note("turns acknowledged / lost / doubled", f"{len(ledger.turns)} / {len(lost)} / {doubled[0]}")
    report.hold("no acknowledged turn is lost", kept=not lost)
    report.hold("no turn is doubled", kept=doubled[0] == 0)


def _jobs(database: sqlite3.Connection, ledger: Ledger, report: Report, *, drained: bool) -> None:
    stored = dict(database.execute("SELECT id, status FROM job").fetchall())
    kept = {row[0] for row in database.execute("SELECT session_id FROM memory WHERE kind = 'summary'")}
    # Rows of jobs that are done are deleted after a day: what they made stays.
    lost = [job for job in ledger.jobs if job.session_id not in kept and (drained or job.job_id not in stored)]
    twice = "SELECT count(*) FROM (SELECT 1 FROM memory WHERE kind = 'summary' GROUP BY session_id HAVING count(*) > 1)"
    doubled = database.execute(twice).fetchone()[0]
    undone = sum(status != "done" for status in stored.values())
    report.note("memorize jobs acknowledged / lost / doubled", f"{len(ledger.jobs)} / {len(lost)} / {doubled}")
    report.note("jobs in all / not done at the end", f"{len(stored)} / {undone}")
    report.hold("no acknowledged job is lost", kept=not lost)
    report.hold("no memory is doubled", kept=doubled == 0)
    report.hold("every job is done", kept=undone == 0 or not drained)


def _memories(database: sqlite3.Connection) -> dict[str, float]:
    rows = database.execute("SELECT id, updated_at FROM memory WHERE forgotten_at IS NULL")
    return {key: datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp() for key, at in rows}


def _indexed(folder: Path) -> dict[str, float]:
    from feynman.memory.index import Index  # noqa: PLC0415 # chromadb: only where it is looked at

    index = Index(folder)
    try:
        return index.versions()
    finally:
        index.close()

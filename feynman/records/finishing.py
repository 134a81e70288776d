"""Writing what a turn came to, and taking it back, inside the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from feynman.domain import GapStatus, NotFound
from feynman.records.convert import to_belief_row, to_gap_row
from feynman.records.jobs import job_of, new_job
from feynman.records.outcome import TurnOutcome
from feynman.records.schema import BeliefRow, GapRow, SessionRow, TurnRow

__all__ = ["clear", "fill", "finish", "locked_turn"]


async def locked_turn(db: AsyncSession, turn_id: str) -> TurnRow:
    """The turn's row, kept from other writers until the transaction ends.

    Raises:
        NotFound: no such turn.
    """
    row = await db.get(TurnRow, turn_id, with_for_update=True)
    if row is None:
        raise NotFound("no such turn")
    return row


async def finish(db: AsyncSession, *, turn_id: str, outcome: TurnOutcome, now: datetime, job_id: str) -> str | None:
    """Write ``outcome`` unless the turn is completed, and return the id of its job, if it has one.

    Raises:
        NotFound: no such turn.
    """
    turn = await locked_turn(db, turn_id)
    if turn.status != "completed":
        await clear(db, turn)
        fill(turn, outcome)
        await _store_findings(db, turn, outcome)
        await _touch(db, turn.session_id, now)
        if outcome.consolidate:
            db.add(new_job(job_id, turn, now))
            await db.flush()
    return await job_of(db, turn_id)


async def clear(db: AsyncSession, turn: TurnRow) -> None:
    """Take back all that ``turn`` came to: its findings go, what it resolved is open again, its question unasked."""
    await db.execute(delete(GapRow).where(GapRow.turn_id == turn.id))
    await db.execute(delete(BeliefRow).where(BeliefRow.turn_id == turn.id))
    await _set_status(db, turn, turn.resolved or (), before="resolved", after="open")
    await _count_question(db, turn, -1)
    fill(turn, TurnOutcome(status=turn.status))


def fill(turn: TurnRow, outcome: TurnOutcome) -> None:
    """Write what the turn itself came to into its row."""
    turn.status = outcome.status
    turn.reply = outcome.reply
    turn.question = None if outcome.question is None else outcome.question.model_dump()
    turn.coverage = [entry.model_dump() for entry in outcome.coverage]
    turn.resolved = list(outcome.resolved)
    turn.notices = [entry.model_dump(mode="json") for entry in outcome.notices]
    turn.engine = outcome.engine
    turn.degraded = outcome.degraded
    turn.usage = None if outcome.usage is None else outcome.usage.model_dump(mode="json")
    turn.error = outcome.error


async def _store_findings(db: AsyncSession, turn: TurnRow, outcome: TurnOutcome) -> None:
    db.add_all(to_gap_row(gap, turn, position) for position, gap in enumerate(outcome.found))
    db.add_all(to_belief_row(belief, turn, position) for position, belief in enumerate(outcome.beliefs))
    await db.flush()
    await _set_status(db, turn, outcome.resolved, before="open", after="resolved")
    await _count_question(db, turn, +1)


async def _set_status(
    db: AsyncSession, turn: TurnRow, gap_ids: Sequence[str], *, before: GapStatus, after: GapStatus
) -> None:
    here = (GapRow.session_id == turn.session_id, GapRow.id.in_(gap_ids))
    if gap_ids:
        await db.execute(update(GapRow).where(*here, GapRow.status == before).values(status=after))


async def _count_question(db: AsyncSession, turn: TurnRow, step: int) -> None:
    gap_id = None if turn.question is None else turn.question["gap_id"]
    if gap_id is not None:
        here = (GapRow.session_id == turn.session_id, GapRow.id == gap_id)
        await db.execute(update(GapRow).where(*here).values(asked=GapRow.asked + step))


async def _touch(db: AsyncSession, session_id: str, now: datetime) -> None:
    session = await db.get_one(SessionRow, session_id)
    session.updated_at = now

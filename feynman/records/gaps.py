"""What was found wanting and what the student believes, as kept per session."""

from functools import partial

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from feynman.domain import Belief, Gap, GapStatus, NotFound
from feynman.records.convert import to_belief, to_gap
from feynman.records.database import Database
from feynman.records.schema import BeliefRow, GapRow, TurnRow

__all__ = ["Beliefs", "Gaps"]


class Gaps:
    """Gaps, in the order in which they were found."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, session_id: str, status: GapStatus | None = None) -> list[Gap]:
        """The gaps of a session, all or those of one status."""
        return await self._database.read(partial(_gaps, session_id=session_id, status=status))

    async def set_status(self, gap_id: str, session_id: str, status: GapStatus) -> Gap:
        """Change a gap's status.

        Raises:
            NotFound: no such gap in that session.
        """
        return await self._database.write(partial(_set_status, gap_id=gap_id, session_id=session_id, status=status))


class Beliefs:
    """Beliefs, in the order in which the student took them over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, session_id: str) -> list[Belief]:
        """The beliefs of a session."""
        return await self._database.read(partial(_beliefs, session_id=session_id))


async def _gaps(db: AsyncSession, *, session_id: str, status: GapStatus | None) -> list[Gap]:
    found = select(GapRow).join(TurnRow, TurnRow.id == GapRow.turn_id).where(GapRow.session_id == session_id)
    if status is not None:
        found = found.where(GapRow.status == status)
    return [to_gap(row) for row in await db.scalars(found.order_by(TurnRow.number, GapRow.position))]


async def _set_status(db: AsyncSession, *, gap_id: str, session_id: str, status: GapStatus) -> Gap:
    row = await db.get(GapRow, gap_id, with_for_update=True)
    if row is None or row.session_id != session_id:
        raise NotFound("no such gap")
    row.status = status
    return to_gap(row)


async def _beliefs(db: AsyncSession, *, session_id: str) -> list[Belief]:
    held = select(BeliefRow).join(TurnRow, TurnRow.id == BeliefRow.turn_id).where(BeliefRow.session_id == session_id)
    return [to_belief(row) for row in await db.scalars(held.order_by(TurnRow.number, BeliefRow.position))]

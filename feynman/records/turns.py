"""The exchanges of a session: stored before any work, kept however they end."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from feynman.domain import Explanation, NotFound, Turn, Usage
from feynman.records.convert import to_turn
from feynman.records.database import Database
from feynman.records.finishing import clear, fill, finish, locked_turn
from feynman.records.outcome import TurnOutcome
from feynman.records.schema import GapRow, SessionRow, TurnRow
from feynman.records.sessions import owned

__all__ = ["Turns"]


class Turns:
    """Turns, numbered from 1 in each session without loss or duplicate."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id

    async def begin(self, explanation: Explanation) -> tuple[Turn, bool]:
        """Store the learner's text; ``False`` says that this turn was stored before and is returned as it is.

        Raises:
            NotFound: the session or the turn id is somebody else's, or there is no such session.
        """
        return await self._database.write(partial(_begin, explanation=explanation, now=self._clock()))

    async def get(self, turn_id: str, learner_id: str) -> Turn:
        """The learner's turn.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        return await self._database.read(partial(_get, turn_id=turn_id, learner_id=learner_id))

    async def list(self, session_id: str) -> list[Turn]:
        """All turns of a session by number."""
        return await self._database.read(partial(_list, session_id=session_id))

    async def usage(self, learner_id: str, since: datetime) -> dict[str, Usage]:
        """What models were used for in a learner's turns that began at ``since`` or later, by turn."""
        return await self._database.read(partial(_usage, learner_id=learner_id, since=since))

    async def restart(self, turn_id: str) -> Turn:
        """Forget what a turn came to, so that it can run again; a completed turn stays as it is.

        Raises:
            NotFound: no such turn.
        """
        return await self._database.write(partial(_restart, turn_id=turn_id))

    async def finish(self, turn_id: str, outcome: TurnOutcome) -> str | None:
        """Store all that a turn came to, or nothing of it, and return the id of the job queued with it.

        A completed turn stays as it is; one that was stopped or failed takes the new outcome in place of the old.

        Raises:
            NotFound: no such turn.
        """
        return await self._database.write(
            partial(finish, turn_id=turn_id, outcome=outcome, now=self._clock(), job_id=self._new_id())
        )


async def _begin(db: AsyncSession, *, explanation: Explanation, now: datetime) -> tuple[Turn, bool]:
    session = await owned(db, session_id=explanation.session_id, learner_id=explanation.learner_id, lock=True)
    known = await db.get(TurnRow, explanation.turn_id)
    if known is not None:
        return await _same(db, known, session), False
    last = await db.scalar(select(func.max(TurnRow.number)).where(TurnRow.session_id == session.id))
    row = TurnRow(
        id=explanation.turn_id,
        session_id=session.id,
        number=(last or 0) + 1,
        text=explanation.text,
        language=explanation.language,
        created_at=now,
    )
    fill(row, TurnOutcome(status="started"))
    db.add(row)
    return to_turn(row, ()), True


async def _same(db: AsyncSession, known: TurnRow, session: SessionRow) -> Turn:
    if known.session_id != session.id:
        raise NotFound("no such turn")
    return await _with_gaps(db, known)


async def _get(db: AsyncSession, *, turn_id: str, learner_id: str) -> Turn:
    row = await db.get(TurnRow, turn_id)
    session = None if row is None else await db.get(SessionRow, row.session_id)
    if row is None or session is None or session.learner_id != learner_id:
        raise NotFound("no such turn")
    return await _with_gaps(db, row)


async def _list(db: AsyncSession, *, session_id: str) -> list[Turn]:
    found: defaultdict[str, list[GapRow]] = defaultdict(list)
    for gap in await db.scalars(select(GapRow).where(GapRow.session_id == session_id).order_by(GapRow.position)):
        found[gap.turn_id].append(gap)
    turns = await db.scalars(select(TurnRow).where(TurnRow.session_id == session_id).order_by(TurnRow.number))
    return [to_turn(row, found[row.id]) for row in turns]


async def _usage(db: AsyncSession, *, learner_id: str, since: datetime) -> dict[str, Usage]:
    found = await db.execute(
        select(TurnRow.id, TurnRow.usage)
        .join(SessionRow, SessionRow.id == TurnRow.session_id)
        .where(SessionRow.learner_id == learner_id, SessionRow.updated_at >= since, TurnRow.created_at >= since)
    )
    return {turn_id: Usage.model_validate(usage) for turn_id, usage in found if usage is not None}


async def _restart(db: AsyncSession, *, turn_id: str) -> Turn:
    row = await locked_turn(db, turn_id)
    if row.status != "completed":
        await clear(db, row)
        row.status = "started"
    return await _with_gaps(db, row)


async def _with_gaps(db: AsyncSession, row: TurnRow) -> Turn:
    found = await db.scalars(select(GapRow).where(GapRow.turn_id == row.id).order_by(GapRow.position))
    return to_turn(row, found)

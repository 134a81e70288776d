"""Conversations that took place elsewhere, kept as if they had been turns here."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from feynman.domain import Frozen, Language, Span, TurnStatus
from feynman.records.database import Database
from feynman.records.finishing import fill
from feynman.records.jobs import new_job
from feynman.records.outcome import TurnOutcome
from feynman.records.schema import BeliefRow, JobRow, SessionRow, TurnRow
from feynman.records.sessions import owned

__all__ = ["Tellings", "Told"]

# A turn that was stopped or failed came to nothing: what was said in it is still to be kept.
_KNOWN: Final[frozenset[TurnStatus]] = frozenset({"started", "completed"})


class Told(Frozen):
    """What a learner said once and what was replied; ``sentences`` are those of ``text``."""

    text: str
    reply: str = ""
    language: Language
    sentences: tuple[Span, ...] = ()


class Tellings:
    """Exchanges without an analysis: every sentence is believed, no gap is found."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id

    async def keep(self, session_id: str, learner_id: str, exchanges: Sequence[Told], *, engine: str) -> str:
        """Store what the session does not have yet, with one job, or nothing at all; return the job's id.

        An exchange is known by the learner's words, so that telling the same conversation again stores nothing twice.
        A job that was given up begins anew. ``engine`` is the student that sums it up.

        Raises:
            NotFound: there is no such session, or it is somebody else's.
            ValueError: ``exchanges`` is empty.
        """
        if not exchanges:
            raise ValueError("there is nothing to keep")
        work = partial(
            _keep,
            session_id=session_id,
            learner_id=learner_id,
            exchanges=exchanges,
            outcome=TurnOutcome(status="completed", engine=engine),
            now=self._clock(),
            new_id=self._new_id,
        )
        return await self._database.write(work)


async def _keep(
    db: AsyncSession,
    *,
    session_id: str,
    learner_id: str,
    exchanges: Sequence[Told],
    outcome: TurnOutcome,
    now: datetime,
    new_id: Callable[[], str],
) -> str:
    session = await owned(db, session_id=session_id, learner_id=learner_id, lock=True)
    rows = select(TurnRow).where(TurnRow.session_id == session.id).order_by(TurnRow.number)
    turns = list(await db.scalars(rows))
    for exchange in _new(exchanges, turns):
        number = turns[-1].number + 1 if turns else 1
        row = _turn(exchange, session, outcome, number=number, now=now, turn_id=new_id())
        db.add(row)
        # Nothing tells SQLAlchemy that a belief comes after its turn.
        await db.flush()
        db.add_all(_beliefs(exchange, row, new_id))
        turns.append(row)
        session.updated_at = now
    await db.flush()
    return await _queued(db, turns[-1], now, new_id())


def _new(exchanges: Sequence[Told], turns: Sequence[TurnRow]) -> list[Told]:
    known = Counter(turn.text for turn in turns if turn.status in _KNOWN)
    fresh = []
    for exchange in exchanges:
        if known[exchange.text] > 0:
            known[exchange.text] -= 1
        else:
            fresh.append(exchange)
    return fresh


def _turn(
    exchange: Told, session: SessionRow, outcome: TurnOutcome, *, number: int, now: datetime, turn_id: str
) -> TurnRow:
    row = TurnRow(
        id=turn_id,
        session_id=session.id,
        number=number,
        text=exchange.text,
        language=exchange.language,
        created_at=now,
    )
    fill(row, outcome.model_copy(update={"reply": exchange.reply}))
    return row


def _beliefs(exchange: Told, turn: TurnRow, new_id: Callable[[], str]) -> list[BeliefRow]:
    return [
        BeliefRow(
            id=new_id(),
            session_id=turn.session_id,
            turn_id=turn.id,
            position=position,
            quote=sentence.text,
            start=sentence.start,
            end=sentence.end,
        )
        for position, sentence in enumerate(exchange.sentences)
    ]


async def _queued(db: AsyncSession, turn: TurnRow, now: datetime, job_id: str) -> str:
    known = await db.scalar(select(JobRow).where(JobRow.turn_id == turn.id).with_for_update())
    if known is None:
        known = new_job(job_id, turn, now)
        db.add(known)
    elif known.status == "failed":
        known.status, known.attempts, known.due_at = "pending", 0, now
    return known.id

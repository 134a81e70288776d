"""Conversations, each about one topic."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from feynman.domain import Language, NotFound, Reference, Session, clean_text
from feynman.records.convert import to_session
from feynman.records.database import Database
from feynman.records.schema import LearnerRow, SessionRow

__all__ = ["Sessions", "owned"]


class Sessions:
    """Sessions with the reference that each is checked against."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id

    async def start(
        self,
        *,
        session_id: str | None,
        learner_id: str,
        topic: str,
        language: Language,
        topic_id: str | None,
        reference: Reference,
    ) -> Session:
        """Store a session, or return the stored one when ``session_id`` is already this learner's.

        Raises:
            NotFound: the session is somebody else's, or there is no such learner.
        """
        now = self._clock()
        new = partial(
            SessionRow,
            id=self._new_id() if session_id is None else session_id,
            learner_id=learner_id,
            topic=clean_text(topic),
            topic_id=topic_id,
            language=language,
            reference=reference.model_dump(),
            created_at=now,
            updated_at=now,
        )
        return await self._database.write(partial(_start, new=new))

    async def get(self, session_id: str, learner_id: str) -> Session:
        """The learner's session.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        return to_session(await self._database.read(partial(owned, session_id=session_id, learner_id=learner_id)))

    async def find(self, session_id: str) -> Session | None:
        """The session with that id, whoever's it is: for background work, never for a request."""
        row = await self._database.read(partial(_get, session_id=session_id))
        return None if row is None else to_session(row)

    async def list(self, learner_id: str, limit: int = 50) -> list[Session]:
        """The learner's sessions, the one worked on last first."""
        return await self._database.read(partial(_list, learner_id=learner_id, limit=limit))

    async def reference(self, session_id: str) -> Reference:
        """What the session is checked against.

        Raises:
            NotFound: no such session.
        """
        row = await self._database.read(partial(_existing, session_id=session_id))
        return Reference.model_validate(row.reference)

    async def set_reference(self, session_id: str, reference: Reference) -> None:
        """Check the session against another reference from now on.

        Raises:
            NotFound: no such session.
        """
        await self._database.write(partial(_set_reference, session_id=session_id, reference=reference))

    async def set_language(self, session_id: str, language: Language) -> None:
        """Change the session's language.

        Raises:
            NotFound: no such session.
        """
        await self._database.write(partial(_set_language, session_id=session_id, language=language))


async def owned(db: AsyncSession, *, session_id: str, learner_id: str, lock: bool = False) -> SessionRow:
    """The row of the learner's session; ``lock`` keeps other writers off it until the transaction ends.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = await db.get(SessionRow, session_id, with_for_update=lock)
    if row is None or row.learner_id != learner_id:
        raise NotFound("no such session")
    return row


async def _start(db: AsyncSession, *, new: Callable[[], SessionRow]) -> Session:
    row = new()
    known = await db.get(SessionRow, row.id)
    if known is not None:
        return to_session(await owned(db, session_id=row.id, learner_id=row.learner_id))
    if await db.get(LearnerRow, row.learner_id) is None:
        raise NotFound("no such learner")
    db.add(row)
    return to_session(row)


async def _get(db: AsyncSession, *, session_id: str) -> SessionRow | None:
    return await db.get(SessionRow, session_id)


async def _existing(db: AsyncSession, *, session_id: str) -> SessionRow:
    row = await db.get(SessionRow, session_id)
    if row is None:
        raise NotFound("no such session")
    return row


async def _list(db: AsyncSession, *, learner_id: str, limit: int) -> list[Session]:
    newest = (
        select(SessionRow)
        .where(SessionRow.learner_id == learner_id)
        .order_by(SessionRow.updated_at.desc(), SessionRow.created_at.desc(), SessionRow.id)
        .limit(limit)
    )
    return [to_session(row) for row in await db.scalars(newest)]


async def _set_language(db: AsyncSession, *, session_id: str, language: Language) -> None:
    row = await _existing(db, session_id=session_id)
    row.language = language


async def _set_reference(db: AsyncSession, *, session_id: str, reference: Reference) -> None:
    row = await _existing(db, session_id=session_id)
    row.reference = reference.model_dump()

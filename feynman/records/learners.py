"""Who teaches."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from feynman.domain import Language, Learner, NotFound, clean_text
from feynman.records.convert import to_learner
from feynman.records.database import Database
from feynman.records.schema import LearnerRow

__all__ = ["Learners"]


class Learners:
    """Learners by id."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id

    async def add(self, nickname: str, language: Language) -> Learner:
        """Store a new learner under a random id that can't be guessed."""
        return await self._ensure(self._new_id(), nickname, language)

    async def ensure(self, learner_id: str, language: Language) -> Learner:
        """The learner with that id, stored without a nickname when there is none."""
        return await self._ensure(learner_id, "", language)

    async def get(self, learner_id: str) -> Learner | None:
        """The learner with that id."""
        return await self._database.read(partial(_get, learner_id=learner_id))

    async def update(
        self, learner_id: str, *, nickname: str | None = None, language: Language | None = None
    ) -> Learner:
        """Change what is not ``None``.

        Raises:
            NotFound: no such learner.
        """
        return await self._database.write(partial(_update, learner_id=learner_id, nickname=nickname, language=language))

    async def _ensure(self, learner_id: str, nickname: str, language: Language) -> Learner:
        new = partial(
            LearnerRow, id=learner_id, nickname=clean_text(nickname), language=language, created_at=self._clock()
        )
        return await self._database.write(partial(_ensure, learner_id=learner_id, new=new))


async def _get(db: AsyncSession, *, learner_id: str) -> Learner | None:
    row = await db.get(LearnerRow, learner_id)
    return None if row is None else to_learner(row)


async def _ensure(db: AsyncSession, *, learner_id: str, new: Callable[[], LearnerRow]) -> Learner:
    row = await db.get(LearnerRow, learner_id)
    if row is None:
        row = new()
        db.add(row)
    return to_learner(row)


async def _update(db: AsyncSession, *, learner_id: str, nickname: str | None, language: Language | None) -> Learner:
    row = await db.get(LearnerRow, learner_id, with_for_update=True)
    if row is None:
        raise NotFound("no such learner")
    row.nickname = row.nickname if nickname is None else clean_text(nickname)
    row.language = row.language if language is None else language
    return to_learner(row)

"""StudySession: the one door to everything a learner can do."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import Final

from feynman.domain import (
    Explanation,
    FeynmanError,
    Language,
    Learner,
    Memory,
    Message,
    NotFound,
    Reference,
    Session,
    StudyEvent,
    TurnFailed,
)
from feynman.engines.student import Student
from feynman.memory import MemoryStore
from feynman.observability.metrics import Metrics
from feynman.records import Records
from feynman.references import Encoder, Library, Topic, from_text
from feynman.session.conversation import Conversation
from feynman.session.students import Only, Students
from feynman.session.telling import exchanges
from feynman.session.turns import Brought, TurnRunner
from feynman.session.turnstile import Turnstile
from feynman.session.watched import WatchedTurns
from feynman.workflow import Workflow

__all__ = ["StudySession"]

_LISTED: Final = 100


class StudySession:
    """The use cases of one process, for every learner; all coroutines run on the owned loop.

    Each turn's student is one of ``students``; without them it is ``student``.
    """

    def __init__(
        self,
        *,
        records: Records,
        memory: MemoryStore,
        student: Student,
        library: Library,
        encoder: Encoder,
        metrics: Metrics,
        saved: Callable[[], object],
        students: Students | None = None,
    ) -> None:
        self._records = records
        self._memory = memory
        self._students = Only(student) if students is None else students
        self._library = library
        self._encoder = encoder
        self._metrics = metrics
        self._saved = saved
        self._turnstile = Turnstile()
        runner = TurnRunner(
            records=records,
            memory=memory,
            students=self._students,
            workflow=Workflow(),
            library=library,
            turnstile=self._turnstile,
            saved=saved,
        )
        self._watched = WatchedTurns(runner, students=self._students, metrics=metrics)

    @property
    def engine(self) -> str:
        """The name of the student at work."""
        return self._students.name

    async def join(self, nickname: str, language: Language) -> Learner:
        """Welcome a new learner."""
        return await self._records.learners.add(nickname, language)

    async def learner(self, learner_id: str) -> Learner | None:
        """The learner with that id."""
        return await self._records.learners.get(learner_id)

    async def admit(self, learner_id: str, language: Language) -> Learner:
        """The learner with that id, made when there is none (API clients name theirs)."""
        return await self._records.learners.ensure(learner_id, language)

    async def speak(self, learner_id: str, language: Language) -> Learner:
        """Remember which language the learner likes."""
        return await self._records.learners.update(learner_id, language=language)

    def topics(self, language: Language) -> list[Topic]:
        """The starter library."""
        return self._library.topics(language)

    def topic(self, topic_id: str, language: Language) -> Topic:
        """One topic of the library.

        Raises:
            NotFound: there is none with that id.
        """
        topic = self._library.get(topic_id, language)
        if topic is None:
            raise NotFound(f"no topic {topic_id!r}")
        return topic

    async def read_text(self, topic: str, text: str, language: Language) -> Reference:
        """Take the central claims of a free text as key points; there may be none.

        Raises:
            TextTooLong: more than ``feynman.references.MAX_TEXT`` code points.
        """
        return await asyncio.to_thread(from_text, topic, text, language, self._encoder)

    async def start(
        self,
        learner_id: str,
        topic: str,
        language: Language,
        *,
        session_id: str | None = None,
        reference: Reference | None = None,
    ) -> Session:
        """Begin a session, or return the one with ``session_id`` when it is this learner's.

        Without ``reference`` the library is asked; where it has nothing, only gaps that need none can be found.

        Raises:
            NotFound: the session is somebody else's.
        """
        known = self._library.find(topic, language)
        fallback = Reference(topic=topic) if known is None else known.reference
        return await self._records.sessions.start(
            session_id=session_id,
            learner_id=learner_id,
            topic=topic,
            language=language,
            topic_id=None if known is None else known.id,
            reference=fallback if reference is None else reference,
        )

    async def session(self, session_id: str, learner_id: str) -> Session:
        """One of the learner's sessions.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        return await self._records.sessions.get(session_id, learner_id)

    async def reference(self, session_id: str, learner_id: str) -> Reference:
        """What a session is checked against, as it is stored.

        Raises:
            NotFound: there is no such session, or it is somebody else's.
        """
        session = await self._records.sessions.get(session_id, learner_id)
        return await self._records.sessions.reference(session.id)

    async def sessions(self, learner_id: str) -> list[Session]:
        """The learner's sessions, the newest first."""
        return await self._records.sessions.list(learner_id, limit=_LISTED)

    async def conversation(self, session_id: str, learner_id: str) -> Conversation:
        """All that is stored of a session.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        session = await self._records.sessions.get(session_id, learner_id)
        return Conversation(
            session=session,
            reference=await self._records.sessions.reference(session_id),
            turns=tuple(await self._records.turns.list(session_id)),
            gaps=tuple(await self._records.gaps.list(session_id)),
            beliefs=tuple(await self._records.beliefs.list(session_id)),
        )

    def explain(
        self,
        explanation: Explanation,
        *,
        history: tuple[Message, ...] = (),
        reference: Reference | None = None,
        engine: str | None = None,
    ) -> AsyncGenerator[StudyEvent, None]:
        """Run one turn; the last event is ``TurnCompleted`` or ``TurnFailed``. Closing the iterator stops the turn.

        A ``reference`` replaces the session's from this turn on. ``engine`` is for this turn only, ``None`` the one at
        work.
        """
        return self._watched.run(explanation, Brought(history=history, reference=reference, engine=engine))

    async def retry(
        self,
        turn_id: str,
        learner_id: str,
        *,
        session_id: str | None = None,
        history: tuple[Message, ...] = (),
        engine: str | None = None,
    ) -> AsyncGenerator[StudyEvent, None]:
        """Run a stored turn again that was stopped, interrupted or failed; a completed one is told again.

        With ``session_id`` only a turn of that session.
        """
        try:
            turn = await self._records.turns.get(turn_id, learner_id)
            session = await self._records.sessions.get(turn.session_id, learner_id)
        except FeynmanError as error:
            yield TurnFailed(turn_id=turn_id, code=error.code, retryable=error.retryable)
            return
        if session_id not in {None, turn.session_id}:
            yield TurnFailed(turn_id=turn_id, code=NotFound.code, retryable=NotFound.retryable)
            return
        explanation = Explanation(
            topic=session.topic,
            text=turn.text,
            language=turn.language,
            learner_id=learner_id,
            session_id=turn.session_id,
            turn_id=turn_id,
        )
        async with aclosing(self._watched.run(explanation, Brought(history=history, engine=engine))) as events:
            async for event in events:
                yield event

    async def memorize(self, session: Session, history: Sequence[Message]) -> str:
        """Keep a conversation that took place elsewhere and return the id of the job that will remember it.

        What the session has already is not stored again.

        Raises:
            EmptyText, TextTooLong, ShuttingDown: as ``telling.said``; nothing is taken any more.
        """
        self._turnstile.check()
        told = await asyncio.to_thread(exchanges, history, session.language)
        job_id = await self._records.told.keep(session.id, session.learner_id, told, engine=self.engine)
        self._metrics.memory("queued")
        self._saved()
        return job_id

    async def memories(self, learner_id: str, query: str = "") -> list[Memory]:
        """What was kept of this learner's lessons: the newest, or the nearest to ``query``."""
        if query.strip():
            return await self._memory.search(query, learner_id)
        return await self._records.memories.list(learner_id)

    async def forget(self, memory_id: str, learner_id: str) -> bool:
        """Delete a memory; whether there was one."""
        forgotten = await self._memory.forget(memory_id, learner_id)
        if forgotten:
            self._metrics.memory("forgotten")
        return forgotten

    async def close(self, patience: float) -> None:
        """Take no new turn and wait ``patience`` seconds for the running ones before cancelling them."""
        await self._turnstile.close(patience)

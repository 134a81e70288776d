"""A scripted rest of the product for the sidecar."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from pydantic import SecretStr

from feynman.domain import (
    Coverage,
    Explanation,
    FeynmanError,
    Gap,
    GapFound,
    GapKind,
    GapResolved,
    KeyPoint,
    Language,
    Message,
    NotFound,
    Notice,
    Question,
    QuestionAsked,
    Reference,
    Session,
    StageStarted,
    StudyEvent,
    TextDelta,
    TurnCompleted,
    TurnFailed,
)
from feynman.observability import CheckResult, HealthReport, Metrics
from feynman.references import from_text
from feynman.text.embedding import Embedder

__all__ = ["ScriptedServices", "gap", "turn"]

NOW = datetime(2025, 5, 1, tzinfo=UTC)


def gap(explanation: Explanation, quote: str) -> Gap:
    """A gap that quotes the explanation."""
    start = explanation.text.index(quote)
    return Gap(
        id="g1",
        kind=GapKind.VAGUE,
        turn_id=explanation.turn_id,
        quote=quote,
        start=start,
        end=start + len(quote),
        reason="What is meant?",
        confidence=0.75,
        severity=2,
    )


def turn(explanation: Explanation, reference: Reference) -> list[StudyEvent]:
    """A whole turn about the first word of the explanation."""
    found = gap(explanation, explanation.text.split()[0])
    omission = Gap(
        id="g2", kind=GapKind.MISSING_POINT, turn_id="t", point_index=0, point="p", reason="r", confidence=1, severity=3
    )
    coverage = tuple(
        Coverage(index=index, point=point.text, status="missing", score=0.25)
        for index, point in enumerate(reference.points)
    )
    return [
        StageStarted(stage="reading", turn_id=explanation.turn_id),
        GapFound(gap=found),
        GapFound(gap=omission),
        GapResolved(gap=omission.model_copy(update={"id": "g0", "status": "resolved"})),
        TextDelta(text="Hm. "),
        TextDelta(text="Why?"),
        QuestionAsked(question=Question(text="Why?", gap_id="g1", depth="deep", help="hint")),
        TurnCompleted(
            turn_id=explanation.turn_id,
            session_id=explanation.session_id,
            reply="Hm. Why?",
            coverage=coverage,
            open_gaps=(found,),
            notices=(Notice(code="other_language", detail="fr"), Notice(code="duplicate_points", points=(0, 1))),
            engine="builtin",
            usage={"input_tokens": 0},
            timings={"checking": 0.1},
        ),
    ]


class ScriptedServices:
    """Plays ``script`` (by default a whole turn); an exception in it is raised, ``None`` waits for ever.

    ``pause`` seconds lie between two events. ``opened``, ``explained`` and ``histories`` are what was asked for.
    """

    def __init__(
        self,
        *,
        script: Sequence[StudyEvent | BaseException | None] | None = None,
        host: str = "127.0.0.1",
        token: str | None = None,
        engine: str = "builtin",
        pause: float = 0.0,
        refusal: FeynmanError | None = None,
    ) -> None:
        self.host = host
        self.token = None if token is None else SecretStr(token)
        self.engine = engine
        self.engines: tuple[str, ...] = (engine,)
        self.wished: list[str | None] = []
        self.metrics = Metrics()
        self.report = HealthReport(
            status="healthy", checks={"database": CheckResult(status="healthy", detail="sqlite")}, uptime_seconds=1
        )
        self.references: list[Reference | None] = []
        self.explained: list[Explanation] = []
        self.histories: list[tuple[Message, ...]] = []
        self.repeated: list[str] = []
        self.memorized: list[tuple[Session, tuple[Message, ...]]] = []
        self.waiting = threading.Event()
        self.closed = threading.Event()
        self._script = script
        self._pause = pause
        self._refusal = refusal
        self._sessions: dict[str, Session] = {}
        self._stored: dict[str, Reference] = {}
        self._encoder = Embedder()

    async def open_session(
        self,
        *,
        topic: str,
        language: Language,
        session_id: str | None,
        learner_id: str | None,
        reference: Reference | None,
    ) -> Session:
        """Keep sessions in memory; one of another learner is not found."""
        if self._refusal is not None:
            raise self._refusal
        self.references.append(reference)
        session = Session(
            id=f"s{len(self.references)}" if session_id is None else session_id,
            learner_id="anonymous" if learner_id is None else learner_id,
            topic=topic,
            language=language,
            created_at=NOW,
            updated_at=NOW,
        )
        if reference is not None:
            self._stored[session.id] = reference
        known = self._sessions.setdefault(session.id, session)
        if known.learner_id != session.learner_id:
            raise NotFound("no such session")
        return known

    async def find_session(self, session_id: str, learner_id: str | None) -> Session:
        """One that was opened before."""
        known = self._sessions.get(session_id)
        if known is None or known.learner_id != ("anonymous" if learner_id is None else learner_id):
            raise NotFound("no such session")
        return known

    async def memorize(self, session: Session, history: tuple[Message, ...]) -> str:
        """Note what is to be kept."""
        self.memorized.append((session, history))
        return f"job-{len(self.memorized)}"

    async def read_text(self, topic: str, text: str, language: Language) -> Reference:
        """Read a text as the product does."""
        return await asyncio.to_thread(from_text, topic, text, language, self._encoder)

    async def reference(self, session: Session) -> Reference:
        """The reference that came with this session's last request that had one."""
        return self._stored.get(session.id) or Reference(topic=session.topic)

    def session(self, session_id: str) -> Session:
        """A session as it was opened."""
        return self._sessions[session_id]

    async def explain(
        self,
        explanation: Explanation,
        *,
        history: tuple[Message, ...],
        reference: Reference | None,
        engine: str | None = None,
    ) -> AsyncIterator[StudyEvent]:
        """Play the script."""
        del reference
        self.explained.append(explanation)
        self.histories.append(history)
        self.wished.append(engine)
        async for event in self._play(explanation):
            yield event

    async def again(
        self, turn_id: str, session: Session, *, history: tuple[Message, ...], engine: str | None
    ) -> AsyncIterator[StudyEvent]:
        """Play the script for a turn that was begun before."""
        self.repeated.append(turn_id)
        self.histories.append(history)
        self.wished.append(engine)
        place = (turn_id, session.id)
        known = [each for each in self.explained if (each.turn_id, each.session_id) == place]
        if not known:
            yield TurnFailed(turn_id=turn_id, code="not_found", retryable=False)
            return
        async for event in self._play(known[0]):
            yield event

    async def _play(self, explanation: Explanation) -> AsyncIterator[StudyEvent]:
        reference = self._stored.get(explanation.session_id) or Reference(topic=explanation.topic)
        try:
            for step in turn(explanation, reference) if self._script is None else self._script:
                await asyncio.sleep(self._pause)
                if step is None:
                    self.waiting.set()
                    await asyncio.Event().wait()
                elif isinstance(step, BaseException):
                    raise step
                else:
                    yield step
        finally:
            self.closed.set()

    def play_whole_turns(self) -> None:
        """From now on every turn is a whole one."""
        self._script = None

    def counted(self, requests: int) -> dict[str, float]:
        """The metrics once ``requests`` requests are counted: that happens a moment after the answer is read."""
        deadline = time.monotonic() + 5
        while self.metrics.snapshot().get("api_requests_total", 0) < requests and time.monotonic() < deadline:
            time.sleep(0.005)
        return self.metrics.snapshot()

    async def health(self) -> HealthReport:
        """The report as set."""
        return self.report

    def library(self, reference_id: str, language: Language) -> Reference:
        """One topic, tea."""
        if reference_id != "tea":
            raise NotFound(f"no topic {reference_id!r}")
        point = "茶要用热水泡。" if language == "zh" else "Tea is made with hot water."
        return Reference(topic="Tea", source="library", points=(KeyPoint(text=point),))

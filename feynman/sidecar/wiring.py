"""The sidecar's services out of a running container."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import blake2b
from typing import Final
from uuid import uuid4

from pydantic import SecretStr

from feynman.domain import Explanation, Language, Message, Reference, Session, ShuttingDown, StudyEvent
from feynman.observability import CheckResult, HealthReport, Metrics
from feynman.runtime import across, across_stream
from feynman.sidecar.services import SidecarServices
from feynman.sidecar.source import Source

__all__ = ["services_of"]

# Longer than all checks together may take (2 s each, at once), so that only a loop that hangs runs into it.
_LOOP_SECONDS: Final = 4.0


def services_of(container: Source, *, patience: float = _LOOP_SECONDS) -> SidecarServices:
    """Make what ``container`` offers awaitable on another loop; ``patience`` seconds are waited for a health report."""
    return _ContainerServices(container, patience)


class _ContainerServices:
    def __init__(self, container: Source, patience: float) -> None:
        self._container = container
        self._patience = patience

    @property
    def host(self) -> str:
        return self._container.settings.sidecar_host

    @property
    def token(self) -> SecretStr | None:
        return self._container.settings.api_token

    @property
    def engine(self) -> str:
        return self._container.engine

    @property
    def engines(self) -> tuple[str, ...]:
        return self._container.engines.names

    @property
    def metrics(self) -> Metrics:
        return self._container.metrics

    async def open_session(
        self,
        *,
        topic: str,
        language: Language,
        session_id: str | None,
        learner_id: str | None,
        reference: Reference | None,
    ) -> Session:
        session_id = uuid4().hex if session_id is None else session_id
        learner_id = _anonymous(session_id) if learner_id is None else learner_id
        work = self._open(topic, language, session_id, learner_id, reference)
        return await across(self._container.loop, work)

    async def find_session(self, session_id: str, learner_id: str | None) -> Session:
        learner_id = _anonymous(session_id) if learner_id is None else learner_id
        return await across(self._container.loop, self._container.study.session(session_id, learner_id))

    async def read_text(self, topic: str, text: str, language: Language) -> Reference:
        return await across(self._container.loop, self._container.study.read_text(topic, text, language))

    async def reference(self, session: Session) -> Reference:
        return await across(self._container.loop, self._container.study.reference(session.id, session.learner_id))

    def explain(
        self,
        explanation: Explanation,
        *,
        history: tuple[Message, ...],
        reference: Reference | None,
        engine: str | None = None,
    ) -> AsyncIterator[StudyEvent]:
        study = self._container.study
        return across_stream(
            self._container.loop,
            lambda: study.explain(explanation, history=history, reference=reference, engine=engine),
        )

    def again(
        self, turn_id: str, session: Session, *, history: tuple[Message, ...], engine: str | None
    ) -> AsyncIterator[StudyEvent]:
        study = self._container.study
        return across_stream(
            self._container.loop,
            lambda: study.retry(turn_id, session.learner_id, session_id=session.id, history=history, engine=engine),
        )

    async def memorize(self, session: Session, history: tuple[Message, ...]) -> str:
        return await across(self._container.loop, self._container.study.memorize(session, history))

    async def health(self) -> HealthReport:
        try:
            async with asyncio.timeout(self._patience):
                return await across(self._container.loop, self._container.health.report())
        except (TimeoutError, ShuttingDown) as error:
            down = CheckResult(status="unhealthy", detail=f"{type(error).__name__}: the event loop does not answer")
            return HealthReport(status="unhealthy", checks={"loop": down}, uptime_seconds=0.0)

    def library(self, reference_id: str, language: Language) -> Reference:
        return self._container.study.topic(reference_id, language).reference

    async def _open(
        self, topic: str, language: Language, session_id: str, learner_id: str, reference: Reference | None
    ) -> Session:
        study = self._container.study
        await study.admit(learner_id, language)
        return await study.start(learner_id, topic, language, session_id=session_id, reference=reference)


def _anonymous(session_id: str) -> str:
    """Whoever knows only a session's id is a learner of their own: the seed's client sends nothing else."""
    return f"api-{blake2b(session_id.encode(), digest_size=20).hexdigest()}"

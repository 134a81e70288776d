"""What a container has that the sidecar's services are made of."""

from collections.abc import AsyncIterator
from typing import Protocol

from feynman.domain import Explanation, Language, Learner, Message, Reference, Session, StudyEvent
from feynman.observability import Health, Metrics
from feynman.references import Topic
from feynman.runtime import LoopThread
from feynman.settings import Settings

__all__ = ["Engines", "Source", "Study"]


class Study(Protocol):
    """The use cases that the API offers; all on the container's loop but ``topic``."""

    async def admit(self, learner_id: str, language: Language) -> Learner:
        """The learner with that id, made when there is none."""
        ...

    async def start(
        self,
        learner_id: str,
        topic: str,
        language: Language,
        *,
        session_id: str | None = None,
        reference: Reference | None = None,
    ) -> Session:
        """Begin or continue a session."""
        ...

    async def session(self, session_id: str, learner_id: str) -> Session:
        """One of the learner's sessions."""
        ...

    async def read_text(self, topic: str, text: str, language: Language) -> Reference:
        """The key points of a free text."""
        ...

    async def reference(self, session_id: str, learner_id: str) -> Reference:
        """What a session is checked against."""
        ...

    def explain(
        self,
        explanation: Explanation,
        *,
        history: tuple[Message, ...] = (),
        reference: Reference | None = None,
        engine: str | None = None,
    ) -> AsyncIterator[StudyEvent]:
        """Run one turn."""
        ...

    def retry(
        self,
        turn_id: str,
        learner_id: str,
        *,
        session_id: str | None = None,
        history: tuple[Message, ...] = (),
        engine: str | None = None,
    ) -> AsyncIterator[StudyEvent]:
        """Run a stored turn again, or tell it again when it was completed."""
        ...

    async def memorize(self, session: Session, history: tuple[Message, ...]) -> str:
        """Keep a conversation and queue what is to be remembered of it."""
        ...

    def topic(self, topic_id: str, language: Language) -> Topic:
        """One topic of the library."""
        ...


class Engines(Protocol):
    """The engines that the API offers."""

    @property
    def names(self) -> tuple[str, ...]:
        """Those that can be asked for."""
        ...


class Source(Protocol):
    """The container, as far as the sidecar knows it."""

    @property
    def settings(self) -> Settings:
        """The installation's settings."""
        ...

    @property
    def loop(self) -> LoopThread:
        """Where ``study`` and ``health`` live."""
        ...

    @property
    def metrics(self) -> Metrics:
        """The process's metrics."""
        ...

    @property
    def health(self) -> Health:
        """The process's checks."""
        ...

    @property
    def engine(self) -> str:
        """The engine at work."""
        ...

    @property
    def engines(self) -> Engines:
        """The engines there are.

        Raises:
            FeynmanError: the product can't serve.
        """
        ...

    @property
    def study(self) -> Study:
        """The use cases.

        Raises:
            FeynmanError: the product can't serve.
        """
        ...

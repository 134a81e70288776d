"""What the sidecar needs from the rest of the product."""

from collections.abc import AsyncIterator
from typing import Protocol

from pydantic import SecretStr

from feynman.domain import Explanation, Language, Message, Reference, Session, StudyEvent
from feynman.observability import HealthReport, Metrics

__all__ = ["SidecarServices"]


class SidecarServices(Protocol):
    """Everything here may be awaited on the sidecar's own event loop."""

    @property
    def host(self) -> str:
        """The address the sidecar listens on."""
        ...

    @property
    def token(self) -> SecretStr | None:
        """The bearer token callers must send; ``None``: no token is asked for."""
        ...

    @property
    def engine(self) -> str:
        """The name of the engine at work."""
        ...

    @property
    def engines(self) -> tuple[str, ...]:
        """The names of the engines that may be asked for."""
        ...

    @property
    def metrics(self) -> Metrics:
        """Where requests are counted."""
        ...

    async def open_session(
        self,
        *,
        topic: str,
        language: Language,
        session_id: str | None,
        learner_id: str | None,
        reference: Reference | None,
    ) -> Session:
        """Begin a session or continue the one with ``session_id``; without ``reference`` the library is asked.

        Raises:
            NotFound: the session is another learner's.
        """
        ...

    async def find_session(self, session_id: str, learner_id: str | None) -> Session:
        """A session that there is.

        Raises:
            NotFound: there is none, or it is another learner's.
        """
        ...

    async def read_text(self, topic: str, text: str, language: Language) -> Reference:
        """The key points of a free text, perhaps none.

        Raises:
            TextTooLong: the text is longer than a reference may be.
        """
        ...

    async def reference(self, session: Session) -> Reference:
        """What ``session`` is checked against."""
        ...

    def explain(
        self,
        explanation: Explanation,
        *,
        history: tuple[Message, ...],
        reference: Reference | None,
        engine: str | None = None,
    ) -> AsyncIterator[StudyEvent]:
        """Run one turn, against ``reference`` from now on when there is one; closing the iterator stops it.

        ``engine`` is for this turn, ``None`` the one at work.
        """
        ...

    def again(
        self, turn_id: str, session: Session, *, history: tuple[Message, ...], engine: str | None
    ) -> AsyncIterator[StudyEvent]:
        """Tell a completed turn once more, or run one that was stopped or failed again on the words stored then."""
        ...

    async def memorize(self, session: Session, history: tuple[Message, ...]) -> str:
        """Store a conversation that took place elsewhere, and the job that will remember it; return the job's id.

        Raises:
            EmptyText: the learner said nothing in it.
            TextTooLong: one of the learner's texts is longer than an explanation may be.
        """
        ...

    async def health(self) -> HealthReport:
        """How the parts are; answers also when one of them hangs."""
        ...

    def library(self, reference_id: str, language: Language) -> Reference:
        """The reference of a library topic.

        Raises:
            NotFound: there is no such topic.
        """
        ...

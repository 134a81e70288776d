import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from feynman.domain import (
    Explanation,
    KeyPoint,
    Language,
    Learner,
    Message,
    NotFound,
    RecordsUnavailable,
    Reference,
    Session,
    StudyEvent,
    TextDelta,
    TurnCompleted,
)
from feynman.observability import CheckResult, Health, Metrics
from feynman.references import Topic
from feynman.runtime import LoopThread
from feynman.settings import Settings
from feynman.sidecar import services_of
from tests.sidecar.backend import NOW, turn
from tests.sidecar.conftest import Serve

EXPLANATION = Explanation(
    topic="Tea", text="Leaves give colour.", language="en", learner_id="l", session_id="s", turn_id="t"
)
REFERENCE = Reference(topic="Tea", source="library", points=(KeyPoint(text="Tea is made with hot water."),))


class StudyStandIn:
    """Use cases that note the thread they run on."""

    def __init__(self) -> None:
        self.threads: set[str] = set()
        self.sessions: dict[str, Session] = {}
        self.closed = threading.Event()
        self.hold = False
        self.wished: str | None = None
        self.held = threading.Event()

    async def admit(self, learner_id: str, language: Language) -> Learner:
        """Everybody is welcome."""
        self.threads.add(threading.current_thread().name)
        return Learner(id=learner_id, nickname="", language=language)

    async def start(
        self,
        learner_id: str,
        topic: str,
        language: Language,
        *,
        session_id: str | None = None,
        reference: Reference | None = None,
    ) -> Session:
        """Keep sessions in memory."""
        del reference
        assert session_id is not None
        session = Session(
            id=session_id, learner_id=learner_id, topic=topic, language=language, created_at=NOW, updated_at=NOW
        )
        known = self.sessions.setdefault(session_id, session)
        if known.learner_id != learner_id:
            raise NotFound("no such session")
        return known

    async def explain(
        self,
        explanation: Explanation,
        *,
        history: tuple[Message, ...] = (),
        reference: Reference | None = None,
        engine: str | None = None,
    ) -> AsyncIterator[StudyEvent]:
        """A whole turn, or one that stops in the middle."""
        del reference
        self.wished = engine
        self.threads.add(threading.current_thread().name)
        try:
            for event in turn(explanation, REFERENCE):
                yield event
                if self.hold:
                    self.held.set()
                    await asyncio.Event().wait()
            yield TextDelta(text=f"{len(history)}")
        finally:
            self.closed.set()

    async def session(self, session_id: str, learner_id: str) -> Session:
        """One that was started."""
        if session_id not in self.sessions or self.sessions[session_id].learner_id != learner_id:
            raise NotFound("no such session")
        return self.sessions[session_id]

    async def retry(
        self,
        turn_id: str,
        learner_id: str,
        *,
        session_id: str | None = None,
        history: tuple[Message, ...] = (),
        engine: str | None = None,
    ) -> AsyncIterator[StudyEvent]:
        """A whole turn again."""
        place = {"turn_id": turn_id, "learner_id": learner_id, "session_id": session_id}
        explanation = EXPLANATION.model_copy(update=place)
        async for event in self.explain(explanation, history=history, engine=engine):
            yield event

    async def memorize(self, session: Session, history: tuple[Message, ...]) -> str:
        """Say how much it was."""
        self.threads.add(threading.current_thread().name)
        return f"{session.id}-{len(history)}"

    async def read_text(self, topic: str, text: str, language: Language) -> Reference:
        """The whole text is one point."""
        del language
        self.threads.add(threading.current_thread().name)
        return Reference(topic=topic, source="text", text=text, points=(KeyPoint(text=text, start=0, end=len(text)),))

    async def reference(self, session_id: str, learner_id: str) -> Reference:
        """The one there is."""
        if self.sessions[session_id].learner_id != learner_id:
            raise NotFound("no such session")
        self.threads.add(threading.current_thread().name)
        return REFERENCE

    def topic(self, topic_id: str, language: Language) -> Topic:
        """One topic."""
        if (topic_id, language) != ("tea", "en"):
            raise NotFound("no such topic")
        return Topic(id="tea", subject="physics", title="Tea", aliases=(), reference=REFERENCE)


class EnginesStandIn:
    """Two engines."""

    names = ("builtin", "openai")


class ContainerStandIn:
    """A container with a real loop, health and metrics."""

    engine = "openai"
    engines = EnginesStandIn()

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder)
        self.loop = LoopThread("test-loop")
        self.metrics = Metrics()
        self.health = Health({"fine": self._fine})
        self.standin = StudyStandIn()
        self.problem: RecordsUnavailable | None = None

    @property
    def study(self) -> StudyStandIn:
        """The use cases, unless there is a problem."""
        if self.problem is not None:
            raise self.problem
        return self.standin

    async def _fine(self) -> CheckResult:
        return CheckResult(status="healthy", detail=threading.current_thread().name)


@pytest.fixture
def container(tmp_path: Path) -> Iterator[ContainerStandIn]:
    """A container whose loop runs."""
    made = ContainerStandIn(tmp_path)
    made.loop.start()
    yield made
    made.loop.stop()


async def _open(container: ContainerStandIn, session_id: str | None = None, learner_id: str | None = None) -> Session:
    return await services_of(container).open_session(
        topic="Tea", language="en", session_id=session_id, learner_id=learner_id, reference=None
    )


def test_settings_are_passed_on(container: ContainerStandIn) -> None:
    """Host, token, engines and metrics are the container's."""
    services = services_of(container)
    assert (services.host, services.token, services.engine) == ("127.0.0.1", None, "openai")
    assert services.engines == ("builtin", "openai")
    assert services.metrics is container.metrics


async def test_turns_run_on_the_containers_loop(container: ContainerStandIn) -> None:
    """A turn awaited here runs on the owned loop, and its events arrive in order."""
    session = await _open(container)
    stream = services_of(container).explain(EXPLANATION, history=(), reference=None, engine="builtin")
    events = [event async for event in stream]
    assert container.standin.wished == "builtin"
    assert isinstance(events[-2], TurnCompleted)
    assert len(session.id) == 32
    assert container.standin.threads == {"test-loop"}


async def test_leaving_a_turn_stops_it(container: ContainerStandIn) -> None:
    """Closing the events here closes them on the owned loop."""
    container.standin.hold = True
    events = services_of(container).explain(EXPLANATION, history=(), reference=None)
    async for _ in events:
        break
    assert not isinstance(events, list)
    await events.aclose()  # type: ignore[attr-defined] # an async generator
    assert await asyncio.to_thread(container.standin.closed.wait, 2)


def test_a_turn_cancelled_by_shutdown_is_503(container: ContainerStandIn, serve: Serve) -> None:
    """A turn that runs when the container's loop stops is answered as one that may be sent again."""
    container.standin.hold = True
    client = serve(services_of(container))
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(client.post, "/chat", json={"topic": "Tea", "explanation": "Leaves give colour."})
        assert container.standin.held.wait(5)
        assert container.loop.stop()
        answer = pending.result(5)
    assert (answer.status_code, answer.json()["code"]) == (503, "shutting_down")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_a_session_id_alone_opens_the_session_again(container: ContainerStandIn) -> None:
    """The seed's client names no learner: the same session id is the same learner, another id another one."""
    first, again, other = [await _open(container, session_id) for session_id in ("a", "a", "b")]
    assert again == first
    assert other.learner_id != first.learner_id
    assert len(first.learner_id) <= 64


async def test_a_learners_session_is_closed_to_strangers(container: ContainerStandIn) -> None:
    """A session that a learner began is not found without that learner's id."""
    await _open(container, "a", "ada")
    with pytest.raises(NotFound):
        await _open(container, "a")
    assert (await _open(container, "a", "ada")).learner_id == "ada"


async def test_streams_and_memories_cross_too(container: ContainerStandIn) -> None:
    """Finding a session, telling a turn again and memorizing run on the owned loop, under the anonymous learner."""
    services = services_of(container)
    session = await _open(container, "a")
    assert await services.find_session("a", None) == session
    with pytest.raises(NotFound):
        await services.find_session("b", None)
    events = [event async for event in services.again("t-9", session, history=(), engine="openai")]
    assert isinstance(events[-2], TurnCompleted)
    assert (events[-2].turn_id, events[-2].session_id, container.standin.wished) == ("t-9", "a", "openai")
    assert await services.memorize(session, (Message(role="user", content="Leaves."),)) == "a-1"
    assert container.standin.threads == {"test-loop"}


def test_library_topics_are_found(container: ContainerStandIn) -> None:
    """A topic's reference comes by id; an unknown one is not found."""
    services = services_of(container)
    assert services.library("tea", "en") == REFERENCE
    with pytest.raises(NotFound):
        services.library("coffee", "en")


async def test_the_containers_problem_is_raised(container: ContainerStandIn) -> None:
    """When the product cannot serve, opening a session says why."""
    container.problem = RecordsUnavailable("the disk is full")
    with pytest.raises(RecordsUnavailable):
        await _open(container)


async def test_health_runs_on_the_containers_loop(container: ContainerStandIn) -> None:
    """The checks run where the parts live."""
    report = await services_of(container).health()
    assert report.checks["fine"].detail == "test-loop"


async def test_health_answers_when_the_loop_hangs(container: ContainerStandIn) -> None:
    """A loop that is blocked is reported instead of waited for."""
    container.loop.loop.call_soon_threadsafe(time.sleep, 0.5)
    report = await services_of(container, patience=0.1).health()
    assert report.status == "unhealthy"
    assert report.checks["loop"].detail.startswith("TimeoutError")


async def test_health_answers_when_the_loop_is_gone(container: ContainerStandIn) -> None:
    """A loop that has stopped is reported."""
    container.loop.stop()
    report = await services_of(container).health()
    assert report.checks["loop"].detail.startswith("ShuttingDown")


async def test_texts_and_references_come_from_the_containers_loop(container: ContainerStandIn) -> None:
    """A text is read and a session's reference fetched where the records live."""
    services = services_of(container)
    read = await services.read_text("Tea", "Tea is a drink.", "en")
    assert (read.text, read.points[0].end) == ("Tea is a drink.", 15)
    session = await _open(container, "s", "l")
    assert await services.reference(session) == REFERENCE
    assert container.standin.threads == {"test-loop"}

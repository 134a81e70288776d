"""The parts that pages need, real ones but for the student, and a browser tab to look at pages with."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from streamlit.testing.v1 import AppTest

import feynman
from feynman.container import Engines
from feynman.container.models import open_engines
from feynman.domain import FeynmanError, Language, Learner, Memory, Session
from feynman.memory import MemoryStore
from feynman.observability import tracing
from feynman.observability.health import CheckResult, Health
from feynman.observability.history import MetricHistory
from feynman.observability.metrics import Metrics
from feynman.observability.traces import TraceBuffer
from feynman.records import Records
from feynman.references import Library
from feynman.resilience import Cache
from feynman.runtime import LoopThread, anchor
from feynman.session import StudySession
from feynman.settings import Settings
from feynman.text.embedding import Embedder
from tests.ui.student import DirectedStudent

__all__ = ["HOSTILE", "School", "Tab", "memory", "sit_down", "stand_up"]

HOSTILE = "<img src=x onerror=alert(1)> **bold** $x^2$ `code` :red[red]\n    <script>alert(1)</script> &amp; \u202eabc"

MAIN = Path(feynman.__file__).parent / "ui" / "main.py"


async def _limited() -> CheckResult:
    return CheckResult(status="degraded", detail="slow <b>")


async def _works() -> CheckResult:
    return CheckResult(status="healthy", detail="ok <b>")


@dataclass
class School:
    """What pages ask a container for."""

    settings: Settings
    loop: LoopThread
    records: Records
    memory: MemoryStore
    study: StudySession
    student: DirectedStudent
    metrics: Metrics
    health: Health
    engines: Engines
    history: MetricHistory
    traces: TraceBuffer
    problem: FeynmanError | None = None
    engine: str = "builtin"

    @classmethod
    def open(cls, folder: Path, embedder: Embedder) -> Self:
        """Open the parts in ``folder``."""
        settings = Settings(data_dir=folder)
        loop = LoopThread("school")
        loop.start()
        student, metrics = DirectedStudent(), Metrics()

        async def parts() -> tuple[Records, MemoryStore, Engines, StudySession]:
            records = await Records.open(settings.database)
            memory = await MemoryStore.open(folder / "chroma", records.memories, embedder, patience=20.0)
            engines = await open_engines(
                settings,
                embedder=embedder,
                builtin=student,
                records=records,
                recall=memory.recall,
                cache=await Cache.open(),
                metrics=metrics,
            )
            study = StudySession(
                records=records,
                memory=memory,
                student=student,
                library=Library.load(),
                encoder=embedder,
                metrics=metrics,
                saved=lambda: None,
                students=engines,
            )
            return records, memory, engines, study

        records, memory, engines, study = loop.run(parts(), 30)
        health = Health({"database": _works, "elsewhere": _limited})
        history, traces = MetricHistory(metrics), tracing.configure()
        return cls(settings, loop, records, memory, study, student, metrics, health, engines, history, traces)

    def close(self) -> None:
        """Close the parts."""
        self.loop.run(self.study.close(1.0), 10)
        self.loop.run(self.engines.close(), 10)
        self.loop.run(self.memory.close(), 10)
        self.loop.run(self.records.close(), 10)
        self.loop.stop()

    def learner(self, nickname: str = "Ada", language: Language = "en") -> Learner:
        """A new learner."""
        return self.loop.run(self.study.join(nickname, language), 10)

    def session(self, learner: Learner, topic: str = "Buoyancy") -> Session:
        """A new session."""
        return self.loop.run(self.study.start(learner.id, topic, learner.language), 10)

    def remember(self, draft: Memory) -> Memory:
        """Keep a memory."""
        return self.loop.run(self.memory.remember(draft), 10)


@dataclass
class Tab:
    """A browser tab on the application."""

    app: AppTest = field(default_factory=lambda: AppTest.from_file(MAIN, default_timeout=20))

    def open(self, *, locale: str = "en-US", learner: Learner | None = None, session: Session | None = None) -> Self:
        """Load the address, as a learner who has come before when ``learner`` is given."""
        self.app.context = {"locale": locale, "timezone": "Asia/Shanghai"}
        if session is not None:
            self.app.query_params["session"] = session.id
        self.app.run()
        if learner is not None:
            self.app.text_input(key="learner_key").set_value(learner.id)
            self.app.button(key="come_back").click().run()
        return self

    def page(self, name: str) -> Self:
        """Go to another page."""
        self.app.switch_page(f"../../pages/{name}.py").run()
        return self

    def say(self, text: str) -> Self:
        """Send one explanation."""
        self.app.chat_input(key="fy-box").set_value(text).run()
        return self

    def press(self, key: str) -> Self:
        """Press a button."""
        self.app.button(key=key).click().run()
        return self

    @property
    def html(self) -> str:
        """All of the page's own HTML."""
        return "\n".join(element.proto.body for element in self.app.get("html"))

    @property
    def text(self) -> str:
        """All other texts that are shown."""
        kinds: tuple[Any, ...] = (
            *self.app.title, *self.app.header, *self.app.subheader, *self.app.markdown, *self.app.caption,
            *self.app.error, *self.app.warning, *self.app.info, *self.app.code,
        )  # fmt: skip
        return "\n".join(str(element.value) for element in kinds)

    @property
    def returned(self) -> str | None:
        """The text that the page has put back into the box."""
        proto = self.app.chat_input(key="fy-box").proto
        return proto.value if proto.set_value else None


def sit_down(school: School) -> None:
    """Make ``school`` what the pages of this process use."""
    anchor("application").value = _Application(school)


def stand_up() -> None:
    """Leave the process without an application."""
    anchor("application").value = None


@dataclass
class _Application:
    container: School
    sidecar: None = None


def memory(learner: Learner, text: str, *, number: int = 1) -> Memory:
    """A memory of that learner."""
    moment = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    return Memory(
        id=f"memory-{learner.id[:8]}-{number}",
        learner_id=learner.id,
        session_id="session",
        turn_ids=("turn",),
        topic="Buoyancy <script>",
        kind="summary",
        text=text,
        language="en",
        created_at=moment,
        updated_at=moment,
    )

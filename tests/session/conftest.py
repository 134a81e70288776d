"""A StudySession on real parts: SQLite and Chroma on disk, the compiled graph, a scripted student."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from feynman.consolidation import Consolidator
from feynman.domain import Explanation, StudyEvent
from feynman.engines.scripted import Script, ScriptedStudent
from feynman.memory import MemoryStore
from feynman.observability.metrics import Metrics
from feynman.records import Records
from feynman.references import Library
from feynman.session import StudySession
from feynman.text.embedding import Embedder

TEXT = "Water lifts a ship because of some kind of magic."


@dataclass
class Desk:
    """Everything a session test needs; ``say`` runs one turn to its end."""

    study: StudySession
    student: ScriptedStudent
    records: Records
    memory: MemoryStore
    metrics: Metrics
    consolidator: Consolidator
    learner_id: str
    session_id: str

    def explanation(self, text: str = TEXT, turn_id: str = "turn-1") -> Explanation:
        """An explanation in this session."""
        return Explanation(
            topic="Ships",
            text=text,
            language="en",
            learner_id=self.learner_id,
            session_id=self.session_id,
            turn_id=turn_id,
        )

    async def say(self, text: str = TEXT, turn_id: str = "turn-1") -> list[StudyEvent]:
        """Run one turn and return its events."""
        return [event async for event in self.study.explain(self.explanation(text, turn_id))]

    def script(self, scripts: Sequence[Script]) -> None:
        """Tell the student what to do in the coming turns."""
        self.student.scripts = scripts
        self.student.lessons.clear()


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The real sentence encoder, loaded once."""
    return Embedder()


@pytest.fixture
async def desk(tmp_path: Path, embedder: Embedder) -> AsyncIterator[Desk]:
    """A learner with a session about ships."""
    records = await Records.open(f"sqlite+aiosqlite:///{tmp_path / 'feynman.db'}")
    memory = await MemoryStore.open(tmp_path / "chroma", records.memories, embedder)
    metrics = Metrics()
    consolidator = Consolidator(records=records, memory=memory, metrics=metrics, poll=0.05)
    student = ScriptedStudent()
    study = StudySession(
        records=records,
        memory=memory,
        student=student,
        library=Library.load(),
        encoder=embedder,
        metrics=metrics,
        saved=consolidator.wake,
    )
    learner = await study.join("Ada", "en")
    session = await study.start(learner.id, "Ships", "en")
    yield Desk(study, student, records, memory, metrics, consolidator, learner.id, session.id)
    await consolidator.close()
    await study.close(0.1)
    await memory.close()
    await records.close()

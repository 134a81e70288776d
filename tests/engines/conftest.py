"""Conversations with the built-in student on its real parts."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from feynman.domain import Belief, Explanation, Gap, Language, Memory, Question, Reference, Turn
from feynman.engines.builtin import BuiltinStudent
from feynman.engines.student import Analysis, Discovery, Lesson, Student
from feynman.references import Library
from feynman.text.embedding import Embedder
from feynman.workflow.findings import Findings

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Talk:
    """One session: ``say`` runs a turn as the workflow does and keeps what it came to."""

    def __init__(
        self, student: Student, reference: Reference, language: Language = "en", recalled: tuple[Memory, ...] = ()
    ) -> None:
        self.student = student
        self.reference = reference
        self.language = language
        self.recalled = recalled
        self.turns: list[Turn] = []
        self.gaps: dict[str, Gap] = {}
        self.analysis = Analysis()
        self.pieces: list[str | Question] = []
        self.beliefs: list[Belief] = []

    @property
    def reply(self) -> str:
        """The last reply."""
        return self.turns[-1].reply

    @property
    def question(self) -> Question | None:
        """The last question."""
        return self.turns[-1].question

    @property
    def asked(self) -> Gap | None:
        """The gap of the last question."""
        return None if self.question is None or self.question.gap_id is None else self.gaps[self.question.gap_id]

    def statuses(self) -> list[str]:
        """Coverage by point."""
        return [entry.status for entry in self.analysis.coverage]

    def kinds(self) -> list[str]:
        """Kinds of the gaps found in the last turn, without missing points."""
        return [gap.kind.value for gap in self.analysis.found if gap.kind != "missing_point"]

    def lesson(self, text: str) -> Lesson:
        """The lesson of the next turn."""
        explanation = Explanation(
            topic=self.reference.topic,
            text=text,
            language=self.language,
            learner_id="ada",
            session_id="session",
            turn_id=f"turn-{len(self.turns) + 1}",
        )
        return Lesson(
            explanation=explanation,
            reference=self.reference,
            earlier=tuple(self.turns),
            open_gaps=tuple(gap for gap in self.gaps.values() if gap.status == "open"),
            beliefs=tuple(self.beliefs),
            recalled=() if self.turns else self.recalled,
        )

    async def say(self, text: str) -> "Talk":
        """Run one turn."""
        lesson = self.lesson(text)
        findings = Findings(lesson)
        async for finding in self.student.examine(lesson):
            if isinstance(finding, Discovery):
                findings.add(finding)
        self.analysis = findings.analysis()
        reply = self.student.reply(lesson, self.analysis)
        self.pieces = [piece async for piece in reply if isinstance(piece, str | Question)]
        self._keep(lesson)
        return self

    def _keep(self, lesson: Lesson) -> None:
        question = next((piece for piece in self.pieces if isinstance(piece, Question)), None)
        for gap in (*self.analysis.found, *self.analysis.resolved):
            self.gaps[gap.id] = gap
        if question is not None and question.gap_id in self.gaps:
            gap = self.gaps[question.gap_id]
            self.gaps[gap.id] = gap.model_copy(update={"asked": gap.asked + 1})
        self.beliefs += self.analysis.beliefs
        turn = Turn(
            id=lesson.explanation.turn_id,
            session_id="session",
            number=len(self.turns) + 1,
            text=lesson.explanation.text,
            language=self.language,
            status="completed",
            reply="".join(piece for piece in self.pieces if isinstance(piece, str)),
            question=question,
            coverage=self.analysis.coverage,
            found=self.analysis.found,
            resolved=tuple(gap.id for gap in self.analysis.resolved),
            notices=self.analysis.notices,
            created_at=NOW,
        )
        self.turns.append(turn)


Start = Callable[..., Talk]


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The real sentence encoder, loaded once."""
    return Embedder()


@pytest.fixture(scope="session")
def student(embedder: Embedder) -> BuiltinStudent:
    """The built-in student."""
    return BuiltinStudent(embedder)


@pytest.fixture(scope="session")
def library() -> Library:
    """The starter library."""
    return Library.load()


@pytest.fixture
def start(student: BuiltinStudent, library: Library) -> Start:
    """Start a session about a topic of the library, a reference of one's own, or something nobody has heard of."""

    def begin(topic: str | Reference, language: Language = "en", recalled: tuple[Memory, ...] = ()) -> Talk:
        if isinstance(topic, Reference):
            return Talk(student, topic, language, recalled)
        found = library.get(topic, language)
        reference = Reference(topic=topic) if found is None else found.reference
        return Talk(student, reference, language, recalled)

    return begin

"""A model student whose every turn is counted."""

from collections.abc import AsyncGenerator, Callable
from typing import Final

from feynman.domain import Question, Usage
from feynman.engines.streams import closing
from feynman.engines.student import Analysis, Aside, Degradation, Finding, Lesson, Student

__all__ = ["AttendedStudent", "Ledger"]

_FINE: Final = "ok"


class Ledger:
    """Calls that were made for a turn by others than its student, until the student's turn tells them."""

    def __init__(self) -> None:
        self._entries: dict[str, list[Usage]] = {}

    def add(self, turn_id: str, usage: Usage) -> None:
        """Write one down."""
        self._entries.setdefault(turn_id, []).append(usage)

    def take(self, turn_id: str) -> list[Usage]:
        """Return a turn's and forget them."""
        return self._entries.pop(turn_id, [])


class AttendedStudent:
    """``student``, with ``note`` hearing of each call of a model and ``ended`` of how its work went.

    ``note`` takes learner, turn and usage, ``ended`` the code of what failed or ``"ok"``. What stands in ``ledger``
    is told as the turn's too; who wrote it there has noted it.
    """

    def __init__(
        self,
        student: Student,
        ledger: Ledger,
        note: Callable[[str, str, Usage], None],
        ended: Callable[[str], None],
    ) -> None:
        self._student = student
        self._ledger = ledger
        self._note = note
        self._ended = ended

    @property
    def name(self) -> str:
        """The student's name."""
        return self._student.name

    def warm(self) -> None:
        """Warm the student."""
        self._student.warm()

    async def examine(self, lesson: Lesson) -> AsyncGenerator[Finding, None]:
        """Yield its findings."""
        turn_id = lesson.explanation.turn_id
        try:
            async with closing(self._student.examine(lesson)) as findings:
                watch = _Watch()
                async for finding in findings:
                    self._see(finding, lesson, watch)
                    yield finding
            for usage in self._ledger.take(turn_id):
                yield usage
            self._end(watch)
        finally:
            self._ledger.take(turn_id)

    async def reply(self, lesson: Lesson, analysis: Analysis) -> AsyncGenerator[str | Question | Aside, None]:
        """Yield its reply."""
        async with closing(self._student.reply(lesson, analysis)) as pieces:
            watch = _Watch()
            async for piece in pieces:
                self._see(piece, lesson, watch)
                yield piece
        self._end(watch)

    def _see(self, piece: object, lesson: Lesson, watch: "_Watch") -> None:
        if isinstance(piece, Usage):
            watch.used = True
            self._note(lesson.explanation.learner_id, lesson.explanation.turn_id, piece)
        elif isinstance(piece, Degradation):
            watch.failed = True
            self._ended(piece.code)

    def _end(self, watch: "_Watch") -> None:
        if watch.used and not watch.failed:
            self._ended(_FINE)


class _Watch:
    used = False
    failed = False

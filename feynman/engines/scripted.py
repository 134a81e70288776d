"""A student that does what it is told: how tests and demonstrations script a conversation."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from feynman.domain import Question
from feynman.engines.student import Analysis, Finding, Lesson

__all__ = ["Script", "ScriptedStudent"]


@dataclass(frozen=True, slots=True)
class Script:
    """One turn: what to find, the reply's pieces with a ``Question`` among them, and what goes wrong.

    ``hold_examine`` is awaited before the first finding, ``hold_reply`` between the reply's pieces; ``error`` is
    raised when all findings are told, ``reply_error`` when the reply is.
    """

    findings: Sequence[Finding] = ()
    reply: Sequence[str | Question] = ("Okay.",)
    hold_examine: asyncio.Event | None = None
    hold_reply: asyncio.Event | None = None
    error: Exception | None = None
    reply_error: Exception | None = None


class ScriptedStudent:
    """Plays ``scripts`` one per examined turn, then empty ones; ``lessons`` are the lessons it was given."""

    name = "scripted"

    def __init__(self, scripts: Sequence[Script] = ()) -> None:
        self.scripts = scripts
        self.lessons: list[Lesson] = []
        self._playing: dict[str, Script] = {}

    def warm(self) -> None:
        """Do nothing: a script is ready."""

    async def examine(self, lesson: Lesson) -> AsyncIterator[Finding]:
        """Yield the findings of the next script."""
        at = len(self.lessons)
        script = self.scripts[at] if at < len(self.scripts) else Script()
        self.lessons.append(lesson)
        self._playing[lesson.explanation.turn_id] = script
        if script.hold_examine is not None:
            await script.hold_examine.wait()
        for finding in script.findings:
            yield finding
        if script.error is not None:
            raise script.error

    async def reply(self, lesson: Lesson, analysis: Analysis) -> AsyncIterator[str | Question]:
        """Yield the pieces of the script that this turn's examination began."""
        del analysis
        script = self._playing.get(lesson.explanation.turn_id, Script())
        for at, piece in enumerate(script.reply):
            if at > 0 and script.hold_reply is not None:
                await script.hold_reply.wait()
            yield piece
        if script.reply_error is not None:
            raise script.reply_error

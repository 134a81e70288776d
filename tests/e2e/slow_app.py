"""The application with a student that takes its time, to press Stop in the middle of a turn."""

import asyncio
from collections.abc import AsyncIterator

import streamlit as st

from bench.running_app import ROOT
from feynman.domain import Question
from feynman.engines.student import Analysis, Finding, Lesson
from feynman.lifecycle import Application
from feynman.settings import Settings
from feynman.ui.lifespan import serving


class SlowStudent:
    """Thinks for a minute when the learner says "think", else speaks for a minute, a word at a time."""

    name = "slow"

    def warm(self) -> None:
        """Need no time for this."""

    async def examine(self, lesson: Lesson) -> AsyncIterator[Finding]:
        """Find nothing, at once or after a minute."""
        if "think" in lesson.explanation.text:
            await asyncio.sleep(60)
        nothing: tuple[Finding, ...] = ()
        for finding in nothing:
            yield finding

    async def reply(self, lesson: Lesson, analysis: Analysis) -> AsyncIterator[str | Question]:
        """Speak slowly; for a moment or a while when asked to."""
        del analysis
        text = lesson.explanation.text
        last = 3 if "quick" in text else 20 if "a while" in text else 599
        for number in range(last + 1):
            yield f"word{number} "
            if number == last:
                return
            await asyncio.sleep(0.1)


app = st.App(
    ROOT / "feynman" / "ui" / "main.py",
    lifespan=serving(lambda: Application.start(Settings.load(), student=lambda _embedder: SlowStudent())),
)

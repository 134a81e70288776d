"""The built-in student: rules and sentence embeddings, no model, no network."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import get_args
from uuid import uuid4

from feynman.domain import Language, Question
from feynman.engines.builtin.identify import identify
from feynman.engines.builtin.intent import intent_of
from feynman.engines.builtin.lexicon import lexicon
from feynman.engines.builtin.phrasing import phrases, pieces
from feynman.engines.builtin.questions import ask, choose
from feynman.engines.builtin.reaction import react
from feynman.engines.builtin.reading import Encoder
from feynman.engines.builtin.recap import recap
from feynman.engines.builtin.scene import set_scene
from feynman.engines.student import Analysis, Finding, Lesson
from feynman.text import tokens

__all__ = ["BuiltinStudent"]


def _hex_id() -> str:
    return uuid4().hex


class BuiltinStudent:
    """Wren in English, 小问 in Chinese: a curious twelve-year-old who works by rules.

    ``embedder`` is a ``feynman.text.embedding.Embedder`` or anything that encodes as it does.
    """

    name = "builtin"

    def __init__(self, embedder: Encoder, *, new_id: Callable[[], str] = _hex_id) -> None:
        self._embedder = embedder
        self._new_id = new_id

    def warm(self) -> None:
        """Load the dictionary (half a second) and the phrases now rather than in the first turn."""
        tokens.warm()
        for language in get_args(Language):
            lexicon(language)
            phrases(language)

    async def examine(self, lesson: Lesson) -> AsyncIterator[Finding]:
        """Yield the coverage of every key point, new gaps, closed gaps, beliefs; the work is done in a thread."""
        for finding in await asyncio.to_thread(self._examine, lesson):
            yield finding

    async def reply(self, lesson: Lesson, analysis: Analysis) -> AsyncIterator[str | Question]:
        """Yield a reaction word by word and one question, or what was understood when nothing is open."""
        text, question = await asyncio.to_thread(compose, lesson, analysis)
        for piece in pieces(text, lesson.explanation.language):
            yield piece
        if question is not None:
            yield question

    def _examine(self, lesson: Lesson) -> list[Finding]:
        return identify(set_scene(lesson, self._embedder), self._new_id)


def compose(lesson: Lesson, analysis: Analysis) -> tuple[str, Question | None]:
    """Return the whole reply and the question that it ends in."""
    language = lesson.explanation.language
    intent = intent_of(lesson.explanation.text, language)
    gap = choose(lesson, analysis, intent)
    parts = react(lesson, analysis, intent, gap)
    question = None if gap is None else ask(gap, lesson, analysis)
    parts.append(recap(lesson, analysis) if question is None else question.text)
    return (" " if language == "en" else "").join(parts), question

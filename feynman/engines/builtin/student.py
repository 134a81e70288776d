"""The built-in student: rules and sentence embeddings, no model, no network."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import get_args
from uuid import uuid4

from feynman.domain import Gap, Language, Question
from feynman.engines.builtin.curiosity import wonder
from feynman.engines.builtin.identify import identify
from feynman.engines.builtin.intent import PLEAS, Intent, intent_of
from feynman.engines.builtin.ladder import ask_for_own_words, offer_help
from feynman.engines.builtin.lexicon import lexicon
from feynman.engines.builtin.phrasing import joined, phrases, pieces
from feynman.engines.builtin.questions import ask, choose, is_worn_out, unclear
from feynman.engines.builtin.reaction import react
from feynman.engines.builtin.reading import Encoder
from feynman.engines.builtin.recap import recap
from feynman.engines.builtin.scene import asked_gap, set_scene
from feynman.engines.builtin.scorer import Scorer
from feynman.engines.student import Analysis, Finding, Lesson
from feynman.text import tokens
from feynman.text.subwords import SubwordReader

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
        self._scorer = Scorer.load(SubwordReader(embedder))

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
        text, question = await asyncio.to_thread(compose, lesson, analysis, self._embedder)
        for piece in pieces(text, lesson.explanation.language):
            yield piece
        if question is not None:
            yield question

    def _examine(self, lesson: Lesson) -> list[Finding]:
        return identify(set_scene(lesson, self._embedder, self._scorer), self._new_id)


def compose(lesson: Lesson, analysis: Analysis, encoder: Encoder) -> tuple[str, Question | None]:
    """Return the whole reply and the question that it ends in."""
    language = lesson.explanation.language
    intent = intent_of(lesson.explanation.text, language)
    gap = choose(lesson, analysis, intent)
    parts, question = _asking(lesson, analysis, encoder, intent, gap)
    before = (
        [] if question is not None and question.help == "answer" else _reaction(lesson, analysis, intent, gap, question)
    )
    end = recap(lesson, analysis) if question is None else question.text
    return joined([*before, *parts, end], language), question


def _asking(
    lesson: Lesson, analysis: Analysis, encoder: Encoder, intent: Intent, gap: Gap | None
) -> tuple[tuple[str, ...], Question | None]:
    """The question and what leads up to it."""
    if intent == "nonsense":
        return (), unclear(lesson, gap)
    if gap is None:
        return (), wonder(lesson, intent)
    last = asked_gap(lesson)
    if intent in PLEAS and last is not None and last.id == gap.id:
        given = offer_help(gap, lesson, analysis, encoder)
        pleaded = intent == "wants_answer" and given.question.help == "question"
        return () if pleaded else given.parts, given.question
    question = ask_for_own_words(gap, lesson, analysis)
    if question is None and intent in ("explains", "short") and is_worn_out(gap, lesson):
        question = wonder(lesson, intent)
    return (), ask(gap, lesson, analysis, encoder) if question is None else question


def _reaction(
    lesson: Lesson, analysis: Analysis, intent: Intent, gap: Gap | None, question: Question | None
) -> list[str]:
    return react(lesson, analysis, intent, gap, goes_on=gap is None and question is not None)

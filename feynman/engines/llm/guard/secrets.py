"""The answer is not given: words of what the learner has still to say are not said first."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from feynman.domain import Language
from feynman.engines.llm.guard.rule import Broken
from feynman.engines.student import Analysis, Lesson
from feynman.text.language import HAN, has_han
from feynman.text.tokens import content_words, stem

__all__ = ["Secrets", "hidden_words", "secret_words"]

_LATIN: Final = re.compile(rf"\d+(?:[.,]\d+)+|[^\W_{HAN}]+(?:['’][^\W\d_{HAN}]+)?")
# Content words that any question needs, whatever it is about.
_TALK: Final = frozenset(
    """
    answer ask bit call case different everyday exampl explain explan happen hear help idea import kid learn life listen
    match mind moment name part piec place point problem question reason rememb sentenc show start step stop stori
    suppos talk teach tell time understand use wonder word work happi friend
    例子 意思 回答 问题 听 讲 解释 理解 明白 懂 记得 想象 好奇 原因 生活 时间 开始 步 句 词 字 话 事 老师 同学 朋友
    告诉 觉得 发生 不同 部分 用 有 请 学 教 没 需要 知道 听到
    """.split()  # noqa: SIM905 # a table of words reads best as running text
)


def secret_words(lesson: Lesson, analysis: Analysis) -> frozenset[str]:
    """Return the content words of every key point not yet covered that are in nothing the learner could see or said.

    A point of which the full explanation was shown (the last rung of the help ladder) is no secret any more.
    """
    shown = _shown(lesson)
    points = [entry.point for entry in analysis.coverage if entry.status != "covered" and entry.index not in shown]
    return hidden_words(lesson, points, [gap.detail or "" for gap in analysis.open_gaps])


def hidden_words(lesson: Lesson, points: Sequence[str], known: Sequence[str] = ()) -> frozenset[str]:
    """Return the content words of ``points`` that neither ``known`` nor anything said or shown has."""
    language = lesson.explanation.language
    probes = [point.probe or "" for point in lesson.reference.points]
    seen = set(content_words("\n".join([*_visible(lesson), *probes, *known]), language))
    found = (word for point in points for word in content_words(point, language))
    return frozenset(word for word in found if word not in seen and word not in _TALK)


def _visible(lesson: Lesson) -> list[str]:
    return [
        lesson.explanation.text,
        lesson.explanation.topic,
        lesson.reference.topic,
        *(turn.text for turn in lesson.earlier),
        *(turn.reply for turn in lesson.earlier),
        *(message.content for message in lesson.history),
        *(belief.quote for belief in lesson.beliefs),
    ]


def _shown(lesson: Lesson) -> set[int]:
    answered = {turn.question.gap_id for turn in lesson.earlier if turn.question and turn.question.help == "answer"}
    gaps = [*lesson.open_gaps, *(gap for turn in lesson.earlier for gap in turn.found)]
    return {gap.point_index for gap in gaps if gap.id in answered and gap.point_index is not None}


class Secrets:
    """Breaks before one of ``words`` (stems of English words, Chinese words) is told."""

    def __init__(self, words: frozenset[str], language: Language) -> None:
        self._language = language
        self._han = tuple(word for word in words if has_han(word))
        self._latin = frozenset(words) - frozenset(self._han)
        # A stem may differ from its words in its last letter.
        self._beginnings = frozenset(word[:size] for word in self._latin for size in range(1, max(2, len(word))))

    def held(self, sentence: str, *, whole: bool) -> int:
        """Hold a word back while it can still become a secret one."""
        text = unicodedata.normalize("NFKC", sentence).lower()
        if len(text) != len(sentence):  # rare; offsets count, folded forms do not
            text = sentence.lower()
        open_word = self._check_latin(text, whole=whole)
        self._check_han(text, whole=whole)
        return 0 if whole else max(open_word, self._open_han(text))

    def _check_latin(self, text: str, *, whole: bool) -> int:
        for match in _LATIN.finditer(text):
            word = match.group().replace("’", "'")
            if match.end() == len(text) and not whole:
                return len(match.group()) if self._may_become(word) else 0
            if stem(word) in self._latin:
                raise Broken("leak")
        return 0

    def _may_become(self, word: str) -> bool:
        return word in self._beginnings or any(
            word.startswith(secret[: max(2, len(secret) - 1)]) for secret in self._latin
        )

    def _check_han(self, text: str, *, whole: bool) -> None:
        """Look for secret words; the dictionary decides whether the characters stand there as that word."""
        found = [word for word in self._han if word in text]
        if not found:
            return
        said = set(content_words(text, self._language))
        # At the very end the next character may still make another word of it: it is held until then.
        if any(word in said and (whole or not text.endswith(word)) for word in found):
            raise Broken("leak")

    def _open_han(self, text: str) -> int:
        return max(
            (
                size
                for word in self._han
                for size in range(1, min(len(word), len(text)) + 1)
                if text.endswith(word[:size])
            ),
            default=0,
        )

"""Choosing what to say: varied, but the same again for the same turn."""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from feynman.domain import Language, Span
from feynman.engines.builtin.lexicon import lexicon, read_toml
from feynman.engines.student import Lesson
from feynman.text.sentences import split_clauses, split_sentences
from feynman.text.tokens import content_words, segment

__all__ = ["Chooser", "block", "excerpt", "joined", "phrases", "pieces"]

_LONGEST: Final = {"en": 96, "zh": 36}
_SCRAP: Final = 2  # content words
_CLOSERS: Final = " \t.。,，;；:：!！…—-、"
_UNQUOTABLE: Final = re.compile(r"[?？“”\"「」\n\r]")
_ENGLISH_PIECE: Final = re.compile(r"\s*\S+\s?")


@lru_cache(maxsize=2)
def phrases(language: Language) -> Mapping[str, Any]:
    """The phrases of ``language``; read from disk once."""
    return MappingProxyType(read_toml(f"phrases_{language}.toml"))


class Chooser:
    """Picks from lists of templates by session and turn, and avoids what the session has heard already."""

    def __init__(self, lesson: Lesson) -> None:
        self._said = "\n".join(
            [turn.reply for turn in lesson.earlier]
            + [message.content for message in lesson.history if message.role != "user"]
        )
        self._last = lesson.earlier[-1].reply if lesson.earlier else ""
        self._start = zlib.crc32(lesson.explanation.session_id.encode()) + len(lesson.earlier)

    def pick(
        self,
        templates: Sequence[str],
        fields: Mapping[str, str | None] = MappingProxyType({}),
        *,
        accept: Callable[[str], bool] = lambda _: True,
    ) -> str | None:
        """Return the next template that can be filled, is accepted and was not said yet, filled.

        Failing that the first that can be filled and was not in the last reply; ``None`` when none can be filled.
        """
        fitting = [template for template in self._turned(templates) if _fillable(template, fields)]
        fresh = [template for template in fitting if not self._heard(template, fields)]
        stale = sorted(fitting, key=lambda template: self._heard(template, fields, self._last))
        accepted = [template for template in [*fresh, *stale] if accept(template.format(**fields))]
        best = next(iter([*accepted, *fitting]), None)
        return None if best is None else best.format(**fields)

    def fresh(self, templates: Sequence[str], fields: Mapping[str, str | None] = MappingProxyType({})) -> Iterator[str]:
        """Yield every template that can be filled and was not said yet, filled."""
        for template in self._turned(templates):
            if _fillable(template, fields) and not self._heard(template, fields):
                yield template.format(**fields)

    def said(self, text: str) -> bool:
        """Whether ``text`` was part of an earlier reply."""
        return text in self._said

    def any_heard(self, templates: Sequence[str]) -> bool:
        """Whether one of ``templates`` was used in this session."""
        return any(self._heard_fixed(template, self._said) for template in templates)

    def _turned(self, templates: Sequence[str]) -> list[str]:
        return [templates[(self._start + at) % len(templates)] for at in range(len(templates))]

    def _heard(self, template: str, fields: Mapping[str, str | None], where: str | None = None) -> bool:
        said = self._said if where is None else where
        return template.format(**fields) in said or self._heard_fixed(template, said)

    def _heard_fixed(self, template: str, said: str) -> bool:
        fixed = max(re.split(r"\{\w+\}", template), key=len).strip(" “”。，.,")
        return len(fixed) > 1 and fixed in said


def _fillable(template: str, fields: Mapping[str, str | None]) -> bool:
    return all(fields.get(name) for name in re.findall(r"\{(\w+)\}", template))


def excerpt(text: str, language: Language, *, wanted: Iterable[str] = ()) -> str | None:
    """Return a short verbatim piece of ``text`` that can stand in quotation marks.

    Of a long sentence the clauses with most of the ``wanted`` words, else with most content words; ``None`` when
    every piece is too long or has a question or quotation marks in it.
    """
    sought = frozenset(wanted)
    found = [
        piece
        for sentence in split_sentences(text, language)
        for piece in _runs(sentence, text, language)
        if len(piece) <= _LONGEST[language] and _UNQUOTABLE.search(piece) is None
    ]

    def rank(piece: str) -> tuple[int, bool, int]:
        words = content_words(piece, language)
        return sum(word in sought for word in words), not lexicon(language).has("hanging", piece), len(words)

    return max((piece for piece in found if content_words(piece, language)), key=rank, default=None)


def _runs(sentence: Span, text: str, language: Language) -> Iterator[str]:
    """Neighbouring clauses that can stand alone: none that hangs on what is before, no scrap at the end."""
    clauses = split_clauses(sentence)
    for at, one in enumerate(clauses):
        for other in clauses[at : at + 4]:
            if (other is clauses[-1] or _rounds_off(other.text, language)) and (
                at == 0 or not lexicon(language).has("hanging", one.text)
            ):
                yield _bare(text[one.start : other.end], language)


def _rounds_off(clause: str, language: Language) -> bool:
    """Whether one may stop after a clause: it is more than a scrap, and nothing is promised in it."""
    return len(content_words(clause, language)) >= _SCRAP and not lexicon(language).has("dangling", clause)


def _bare(text: str, language: Language) -> str:
    stripped = text.strip(_CLOSERS)
    lead = lexicon(language).find("lead_in", stripped)
    rest = stripped if lead is None else stripped[lead.end :].strip(_CLOSERS)
    bare = rest or stripped
    return "" if bare.count("(") != bare.count(")") or bare.count("（") != bare.count("）") else bare


def block(text: str) -> str:
    """A quotation on a line of its own, as it is; one with quotation marks in it stands in corner brackets."""
    return f"\n「{text}」\n" if "“" in text or "”" in text else f"\n“{text}”\n"


def joined(parts: Iterable[str], language: Language) -> str:
    """Put sentences together, with a space where the language has one."""
    text = ""
    for part in parts:
        space = " " if language == "en" and text and not text.endswith("\n") and not part.startswith("\n") else ""
        text += space + part
    return text


def pieces(text: str, language: Language) -> list[str]:
    """Cut a reply into words to stream; their concatenation is ``text``."""
    return segment(text) if language == "zh" else _ENGLISH_PIECE.findall(text)

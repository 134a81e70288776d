"""Lets the student's words through as long as they are a student's."""

from collections.abc import Sequence
from typing import Final

from feynman.domain import GapKind, Language, ModelAnswerUnusable
from feynman.engines.llm.guard.concession import Steadfast
from feynman.engines.llm.guard.rule import Broken, Reason, Rule
from feynman.engines.llm.guard.scanner import Scanner
from feynman.engines.llm.guard.secrets import Secrets, secret_words
from feynman.engines.llm.guard.tongue import Tongue
from feynman.engines.student import Analysis, Lesson

__all__ = ["Guard", "HeldBack", "guard_for"]

_SENTENCES: Final = 5  # the question is the last of them
_LENGTH: Final[dict[Language, int]] = {"en": 600, "zh": 220}  # code points; a child of twelve does not lecture


class HeldBack(ModelAnswerUnusable):
    """The rest of a reply was not a student's; ``reason`` says why. What was let through may stand."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"the reply was held back ({reason})")
        self.reason: Reason = reason


class Guard:
    """Takes a reply in pieces and gives back what may be told.

    With ``asking`` it must end in a question, which ends it; without, sentences that ask are left out. ``question`` is
    the one it asked, ``broken`` why no more may be told, ``done`` whether the reply has come to its end.
    """

    def __init__(self, rules: Sequence[Rule], language: Language, *, asking: bool) -> None:
        self.question: str | None = None
        self.broken: HeldBack | None = None
        self.done = False
        self._rules = rules
        self._limit = _LENGTH[language]
        self._asking = asking
        self._scanner = Scanner()
        self._sentence = ""
        self._told = 0
        self._gap = False
        self._count = 0
        self._length = 0

    def feed(self, piece: str) -> str:
        """Return what may be told now; look at ``broken`` after it."""
        out: list[str] = []
        try:
            self._take(piece, out)
        except HeldBack as held:
            self.broken = held
        return "".join(out)

    def finish(self) -> str:
        """Return what was held back when nothing more comes; look at ``broken`` after it."""
        out: list[str] = []
        try:
            if self._sentence.strip() and not self.done:
                out.append(self._finished(asks=False))
        except HeldBack as held:
            self.broken = held
        if self._asking and not self.done and self.broken is None:
            self.broken = HeldBack("no_question")
        return "".join(out)

    def _take(self, piece: str, out: list[str]) -> None:
        for character in piece:
            if self.done:
                return
            self._sentence += character
            end = self._scanner.take(character)
            if end is not None:
                out.append(self._finished(asks=end == "question"))
        if self._sentence and not self.done:
            out.append(self._grown())

    def _grown(self) -> str:
        if not self._asking:
            return ""
        held = self._held(whole=False)
        if self._length + len(self._sentence) - held > self._limit:
            raise HeldBack("lecture")
        return self._release(len(self._sentence) - held)

    def _finished(self, *, asks: bool) -> str:
        self._held(whole=True)
        left_out = asks and not self._asking
        out = "" if left_out else self._release(len(self._sentence))
        if self._gap and not left_out:
            out = out.lstrip()
        self._gap = left_out
        if asks and self._asking:
            self.question, self.done = self._sentence.strip(), True
        elif self._sentence.strip():
            self._count += 1
        self._length += len(self._sentence)
        self._sentence, self._told = "", 0
        if not self.done and (self._count >= _SENTENCES or self._length > self._limit):
            self._stop()
        return out

    def _stop(self) -> None:
        """A recap that is too long ends where it is; a reply that must still ask goes no further."""
        if self._asking:
            raise HeldBack("lecture")
        self.done = True

    def _release(self, end: int) -> str:
        out = self._sentence[self._told : end]
        self._told = max(self._told, end)
        return out

    def _held(self, *, whole: bool) -> int:
        try:
            return max((rule.held(self._sentence, whole=whole) for rule in self._rules), default=0)
        except Broken as broken:
            raise HeldBack(broken.reason) from broken


def guard_for(lesson: Lesson, analysis: Analysis, *, asking: bool) -> Guard:
    """Build the guard of one reply."""
    language = lesson.explanation.language
    known = "\n".join([lesson.explanation.text, lesson.explanation.topic, *(turn.text for turn in lesson.earlier)])
    rules: list[Rule] = [Tongue(language, known), Secrets(secret_words(lesson, analysis), language)]
    if any(gap.kind == GapKind.FACTUAL_ERROR for gap in analysis.open_gaps):
        rules.append(Steadfast(language))
    return Guard(rules, language, asking=asking)

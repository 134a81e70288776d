"""The help ladder: another question, a hint, where to look, the answer; then the learner explains again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args

from feynman.domain import Depth, Gap, GapKind, HelpStep, Question
from feynman.engines.builtin.cloze import beginning, holes, with_holes
from feynman.engines.builtin.passages import passage_of
from feynman.engines.builtin.phrasing import Chooser, block, excerpt, phrases
from feynman.engines.builtin.questions import ask, own_words, spoken
from feynman.engines.builtin.reading import Encoder
from feynman.engines.builtin.secrecy import Secrets
from feynman.engines.builtin.terms import occurrences
from feynman.engines.student import Analysis, Lesson

__all__ = ["Help", "ask_for_own_words", "next_step", "offer_help"]

_STEPS: Final[tuple[HelpStep, ...]] = get_args(HelpStep)
# Filling in and going on with a line is recalling, saying it again is understanding.
_DEPTHS: Final[dict[HelpStep, Depth]] = {"hint": "shallow", "where": "shallow", "answer": "intermediate"}


@dataclass(frozen=True, slots=True)
class Help:
    """What is said before the question, and the question, which carries the step."""

    parts: tuple[str, ...]
    question: Question


def next_step(gap: Gap, lesson: Lesson) -> HelpStep:
    """The step after the highest one that this session has taken with ``gap``; the last one stays the last."""
    questions = (turn.question for turn in lesson.earlier)
    taken = [_STEPS.index(each.help) for each in questions if each is not None and each.gap_id == gap.id and each.help]
    return _STEPS[min(max(taken, default=-1) + 1, len(_STEPS) - 1)]


def offer_help(gap: Gap, lesson: Lesson, analysis: Analysis, encoder: Encoder) -> Help:
    """Climb one step with ``gap``.

    Before the last step no word of a key point is shown that the learner has not said, but for those left in the cloze.
    """
    step = next_step(gap, lesson)
    ladder = _Ladder(gap, lesson, analysis)
    if step == "question":
        question = ask(gap, lesson, analysis, encoder).model_copy(update={"help": step})
        return Help(tuple(ladder.say("question")), question)
    parts = {"hint": ladder.hint, "where": ladder.where, "answer": ladder.answer}[step]()
    *before, text = parts
    return Help(tuple(before), Question(text=text, gap_id=gap.id, depth=_DEPTHS[step], help=step))


def ask_for_own_words(gap: Gap, lesson: Lesson, analysis: Analysis) -> Question | None:
    """Ask to say in own words what the last turn has read out; ``None`` when it has read out nothing about ``gap``."""
    last = lesson.earlier[-1].question if lesson.earlier else None
    ladder = _Ladder(gap, lesson, analysis)
    if last is None or last.help != "answer" or last.gap_id != gap.id or not ladder.has_answer:
        return None
    return Question(text="".join(ladder.say("retell")), gap_id=gap.id, depth=_DEPTHS["answer"])


class _Ladder:
    """The upper steps for one gap, each a list of sentences that ends in the question."""

    def __init__(self, gap: Gap, lesson: Lesson, analysis: Analysis) -> None:
        self._gap = gap
        self._lesson = lesson
        self._analysis = analysis
        self._language = lesson.explanation.language
        self._words = phrases(self._language)
        self._chooser = Chooser(lesson)
        self._secrets = Secrets(lesson, analysis)
        self._at = _point_of(gap, lesson)
        self._holes = (
            frozenset[str]() if self._at is None else holes(self._text(self._at), self._secrets.said, self._language)
        )

    @property
    def has_answer(self) -> bool:
        """Whether there is a key point to read out."""
        return self._at is not None

    def say(self, name: str, **fields: str | None) -> Iterator[str]:
        """One of the phrases of that name, if it can be filled."""
        text = self._chooser.pick(self._words["help"][name], fields, accept=self._secrets.keeps)
        if text is not None:
            yield text

    def hint(self) -> list[str]:
        """The key point with holes in it or, without one, a way to think about the words in question."""
        if self._at is not None:
            cloze = with_holes(self._text(self._at), self._holes, self._language)
            return [*self.say("smudged"), block(cloze), *self.say("fill")]
        fields = {"quote": self._quote(), "term": self._gap.detail}
        kinds = self._words["hints"]
        text = self._chooser.pick(kinds[self._kind()], fields) or self._chooser.pick(kinds["missing_point"])
        return [*self.say("hint"), *([text] if text else []), *self.say("hinted")]

    def where(self) -> list[str]:
        """Where the key point stands and how it begins or, without one, the learner's own sentence."""
        if self._at is not None:
            return [*self._place(self._at), *self.say("found")]
        quote = self._quote()
        if quote is None:
            return [*self.say("nowhere"), *self.say("hinted")]
        return [*self.say("own_words"), block(quote), *self.say("hinted")]

    def answer(self) -> list[str]:
        """The key point as it stands or, without one, that there is none and what would settle it."""
        if self._at is None:
            topic = self._lesson.explanation.topic
            settle = self._words["settles"][self._kind()].format(topic=topic, term=self._gap.detail or "")
            return [*self.say("no_answer"), settle, *self.say("settled")]
        passage = passage_of(self._lesson.reference, self._at)
        intro = self.say("answer", **self._count()) if passage is None else self.say("passage_answer")
        return [*intro, block(self._text(self._at)), *self.say("retell")]

    def _place(self, at: int) -> list[str]:
        opening = beginning(self._text(at), self._holes, self._language)
        passage = passage_of(self._lesson.reference, at)
        if passage is None:
            count = self._count()
            after = next(self.say("point_after", quote=self._before(at), **count), None)
            return [*([after] if after else self.say("point", **count)), block(opening)]
        count = {"number": str(passage.number), "count": str(passage.count)}
        if passage.before is not None and self._secrets.keeps(passage.before):
            return [*self.say("passage", **count), block(passage.before)]
        return [*self.say("passage_start", **count), block(opening)]

    def _count(self) -> dict[str, str]:
        number = 0 if self._at is None else self._at + 1
        return {"number": str(number), "count": str(len(self._lesson.reference.points))}

    def _before(self, at: int) -> str | None:
        """The learner's words for the point just before."""
        beliefs = [*self._lesson.beliefs, *self._analysis.beliefs]
        quotes = [belief.quote for belief in beliefs if at and belief.point_index == at - 1]
        quote = spoken(quotes[-1] if quotes else None, self._language)
        return None if quote is None else excerpt(quote, self._language)

    def _quote(self) -> str | None:
        return own_words(self._gap, self._lesson, self._analysis)

    def _kind(self) -> str:
        counted = self._gap.kind == GapKind.FACTUAL_ERROR and self._gap.detail == self._gap.quote
        return "arithmetic" if counted else self._gap.kind.value

    def _text(self, at: int) -> str:
        return self._lesson.reference.points[at].text


def _point_of(gap: Gap, lesson: Lesson) -> int | None:
    """The key point that answers the question about ``gap``: its own or, for a term, the first that has the term."""
    points = lesson.reference.points
    if gap.point_index is not None:
        return gap.point_index if gap.point_index < len(points) else None
    if gap.kind == GapKind.UNDEFINED_TERM and gap.detail:
        return next((at for at, point in enumerate(points) if occurrences(gap.detail, point.text)), None)
    return None

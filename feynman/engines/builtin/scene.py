"""Everything the rules look at in one turn."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from feynman.domain import MAX_EXPLANATION, Gap, GapKind, Language, Span
from feynman.engines.builtin.coverage import Ratings, rate
from feynman.engines.builtin.intent import Intent, intent_of
from feynman.engines.builtin.lexicon import Lexicon, lexicon
from feynman.engines.builtin.measures import Measures, measure
from feynman.engines.builtin.oddities import condensed
from feynman.engines.builtin.reading import Encoder, Reading, read
from feynman.engines.builtin.scorer import Scorer
from feynman.engines.builtin.targets import Targets, targets
from feynman.engines.copying import copied
from feynman.engines.student import Lesson

__all__ = ["Draft", "Scene", "asked_gap", "is_question", "said_before", "set_scene", "without"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A gap before it has an id and words; ``span`` lies in the turn's text."""

    kind: GapKind
    confidence: float
    severity: int
    span: Span | None = None
    point_index: int | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Scene:
    """One turn, read: the lesson, the reading of its text, the targets, how they match and what the learner wants.

    ``copied`` are indices of sentences that only repeat a key point the student has read out.
    """

    lesson: Lesson
    reading: Reading
    goals: Targets
    measures: Measures
    ratings: Ratings
    intent: Intent
    asked: Gap | None
    encoder: Encoder
    scorer: Scorer
    copied: frozenset[int] = frozenset()

    @property
    def language(self) -> Language:
        """The explanation's language."""
        return self.lesson.explanation.language

    @property
    def text(self) -> str:
        """The explanation's text."""
        return self.lesson.explanation.text

    @cached_property
    def lexicon(self) -> Lexicon:
        """The lexicon of the explanation's language."""
        return lexicon(self.language)

    @cached_property
    def statements(self) -> tuple[str, ...]:
        """The sentences that do not ask."""
        return tuple(sentence.text for sentence in self.reading.sentences if not is_question(sentence.text))

    @cached_property
    def said_before(self) -> str:
        """The learner's earlier texts in this session, the last ``MAX_EXPLANATION`` characters of them."""
        return said_before(self.lesson)


def without(scene: Scene, wrong: Iterable[Draft]) -> Scene:
    """The scene as it is when the sentences of ``wrong`` statements cover no point."""
    spans = [draft.span for draft in wrong if draft.span is not None]
    unsound = frozenset(
        at
        for at, sentence in enumerate(scene.reading.sentences)
        if any(sentence.start < span.end and span.start < sentence.end for span in spans)
    )
    if not unsound:
        return scene
    answered, question = _answered(scene.asked, scene.intent), _last_question(scene.lesson)
    unsound |= _questions(scene.reading, scene.intent) | scene.copied
    ratings = rate(scene.reading, scene.goals, scene.measures, answered=answered, question=question, unsound=unsound)
    return replace(scene, ratings=ratings)


def set_scene(lesson: Lesson, encoder: Encoder, scorer: Scorer) -> Scene:
    """Read a lesson's text and hold it against its reference."""
    explanation = lesson.explanation
    reference = condensed(lesson.reference, explanation.language, encoder)
    goals = targets(reference, explanation.language, encoder)
    reading = read(explanation.text, explanation.language, encoder)
    intent = intent_of(explanation.text, explanation.language)
    asked = asked_gap(lesson)
    repeated = copied(lesson, reading.sentences)
    measures = measure(reading, goals, scorer)
    ratings = rate(
        reading,
        goals,
        measures,
        answered=_answered(asked, intent),
        question=_last_question(lesson),
        unsound=_questions(reading, intent) | repeated,
    )
    return Scene(lesson, reading, goals, measures, ratings, intent, asked, encoder, scorer, repeated)


def is_question(sentence: str) -> bool:
    """Whether the sentence ends in a question mark, quotation marks and brackets aside."""
    return sentence.rstrip("\"'”’」』)） ").endswith(("?", "？"))


def _questions(reading: Reading, intent: Intent) -> frozenset[int]:
    """Indices of the questions of a turn that asks: they say nothing."""
    if intent != "asks":
        return frozenset()
    return frozenset(at for at, sentence in enumerate(reading.sentences) if is_question(sentence.text))


def _answered(asked: Gap | None, intent: Intent) -> int | None:
    if asked is None or asked.kind != GapKind.MISSING_POINT or intent != "explains":
        return None
    return asked.point_index


def asked_gap(lesson: Lesson) -> Gap | None:
    """The open gap that the student's last question was about."""
    question = lesson.earlier[-1].question if lesson.earlier else None
    if question is None:
        return None
    return next((gap for gap in lesson.open_gaps if gap.id == question.gap_id), None)


def said_before(lesson: Lesson) -> str:
    """What the learner said before: in this session's turns, or else in the conversation the caller brought along.

    The last ``MAX_EXPLANATION`` characters, so that no turn costs more for coming late.
    """
    texts = [turn.text for turn in lesson.earlier]
    if not lesson.earlier:
        texts = [message.content for message in lesson.history if message.role == "user"]
    return "\n".join(texts)[-MAX_EXPLANATION:]


def _last_question(lesson: Lesson) -> str:
    last = lesson.earlier[-1] if lesson.earlier else None
    if last is None or last.question is None:
        return ""
    # What help has shown of a point is no more the learner's than what a question says.
    return last.question.text if last.question.help is None else last.reply

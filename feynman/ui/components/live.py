"""A turn while it happens."""

from collections.abc import AsyncIterator, Callable, Generator
from contextlib import closing

from streamlit.delta_generator import DeltaGenerator

from feynman.domain import (
    Gap,
    GapFound,
    GapKind,
    GapResolved,
    Language,
    MemorySaved,
    NoticeGiven,
    QuestionAsked,
    Stage,
    StageStarted,
    StudyEvent,
    TextDelta,
    TurnCompleted,
    TurnFailed,
)
from feynman.i18n import Translator, stage_name
from feynman.runtime import Tick, iterate
from feynman.ui import markup
from feynman.ui.components.asides import LiveAsides
from feynman.ui.components.bubbles import spoken, student_bubble
from feynman.ui.services import container
from feynman.ui.state import tab, words

__all__ = ["LiveBubble", "begin", "play"]


def begin(text: str, *, key: str) -> "LiveBubble":
    """Open the student's bubble for a turn that is about to start, with its first stage in it."""
    return LiveBubble(student_bubble().container(key=key), text, words())


def play(bubble: "LiveBubble", events: Callable[[], AsyncIterator[StudyEvent]], turn_id: str) -> TurnFailed | None:
    """Show a turn in ``bubble`` as it comes; return how it failed, ``None`` when it did not.

    Raises:
        FeynmanError: the turn could not be begun, or was cancelled because the process is closing.
    """
    with closing(_stream(events)) as stream:
        for event in stream:
            bubble.take(event)
    if bubble.saved:
        tab().kept.add(turn_id)
    return bubble.failure


def _stream(events: Callable[[], AsyncIterator[StudyEvent]]) -> Generator[StudyEvent | Tick, None, None]:
    yield from iterate(container().loop, events, merge=_merge)


def _merge(first: StudyEvent, second: StudyEvent) -> StudyEvent | None:
    if isinstance(first, TextDelta) and isinstance(second, TextDelta):
        return TextDelta(text=first.text + second.text)
    return None


class LiveBubble:
    """The student's bubble: a stage that goes by, gaps as they are found, the reply as it is spoken."""

    def __init__(self, place: DeltaGenerator, text: str, _: Translator) -> None:
        self.failure: TurnFailed | None = None
        self.saved = False
        self._words = _
        self._text = text
        self._reply = ""
        self._stage: Stage = "reading"
        self._chip = place.empty()
        self._asides = LiveAsides(place.container(), _)
        self._findings = place.container()
        self._missing = place.empty()
        self._missing_points = 0
        self._speech = place.empty()
        self._end = place.container()
        # The learner sees at once that the words have arrived, before the first event has crossed.
        self._show_stage()

    @property
    def _language(self) -> Language:
        return self._words.language

    def take(self, event: StudyEvent | Tick) -> None:
        """Show one event."""
        self._asides.take(event)
        match event:
            case StageStarted(stage=stage):
                self._stage = stage
                self._show_stage()
            case Tick():
                # Streamlit notices Stop only when something is sent.
                self._show_stage()
            case NoticeGiven() | GapFound() | GapResolved():
                self._show_finding(event)
            case TextDelta(text=text):
                self._reply += text
                self._speech.html(markup.reply(self._reply))
            case QuestionAsked(question=question):
                self._speech.html(spoken(self._reply, question, self._words))
            case MemorySaved():
                self.saved = True
                self._end.html(markup.chip(self._words("Kept in memory"), "kept"))
            case TurnFailed():
                self.failure = event
                self._chip.empty()
            case TurnCompleted():
                self._chip.empty()

    def _show_stage(self) -> None:
        self._chip.html(markup.chip(stage_name(self._stage, self._language), "stage"))

    def _show_finding(self, event: NoticeGiven | GapFound | GapResolved) -> None:
        match event:
            case NoticeGiven(notice=notice):
                self._findings.html(markup.noticed(notice, self._language))
            case GapFound(gap=gap):
                self._show_gap(gap)
            case GapResolved(gap=gap):
                self._findings.html(markup.resolved(gap, self._words))

    def _show_gap(self, gap: Gap) -> None:
        if gap.kind is GapKind.MISSING_POINT:
            self._missing_points += 1
            self._missing.html(markup.missing_card(self._missing_points, self._words))
        else:
            self._findings.html(markup.gap_card(gap, self._text, self._language))

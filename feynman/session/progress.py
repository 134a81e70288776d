"""What a turn has come to so far, gathered from its own event stream."""

import time
from collections.abc import Callable

from feynman.domain import (
    Belief,
    BeliefUpdated,
    Coverage,
    EngineDegraded,
    Gap,
    GapFound,
    GapResolved,
    Notice,
    NoticeGiven,
    Question,
    QuestionAsked,
    StageStarted,
    StudyEvent,
    TextDelta,
    TurnStatus,
)
from feynman.records import TurnOutcome
from feynman.workflow import TurnResult

__all__ = ["TurnProgress"]


class TurnProgress:
    """Events in, outcome out: whenever the turn ends, early or not, what was found by then is kept.

    ``timings`` are seconds spent in each stage.
    """

    def __init__(self, engine: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.engine = engine
        self.result: TurnResult | None = None
        self.degraded: str | None = None
        self.timings: dict[str, float] = {}
        self._clock = clock
        self._stage: tuple[str, float] | None = None
        self._found: list[Gap] = []
        self._resolved: list[str] = []
        self._beliefs: list[Belief] = []
        self._notices: list[Notice] = []
        self._reply: list[str] = []
        self._question: Question | None = None

    def see(self, event: StudyEvent) -> None:
        """Take one event in."""
        match event:
            case StageStarted(stage=stage):
                self._enter(stage)
            case GapFound(gap=gap):
                self._found.append(gap)
            case GapResolved(gap=gap):
                self._resolved.append(gap.id)
            case BeliefUpdated(belief=belief):
                self._beliefs.append(belief)
            case EngineDegraded(code=code):
                self.degraded = self.degraded or code
            case NoticeGiven(notice=notice):
                self._notices.append(notice)
            case TextDelta(text=text):
                self._reply.append(text)
            case QuestionAsked(question=question):
                self._question = question
            case _:
                pass

    def finish(self) -> None:
        """End the last stage."""
        self._enter(None)

    def outcome(self, status: TurnStatus, *, error: str | None = None) -> TurnOutcome:
        """What to store. Only a completed turn is worth a memory."""
        return TurnOutcome(
            status=status,
            reply="".join(self._reply),
            question=self._question,
            coverage=self._coverage(),
            found=tuple(self._found),
            resolved=tuple(self._resolved),
            beliefs=tuple(self._beliefs),
            notices=tuple(self._notices),
            engine=self.engine,
            degraded=self.degraded is not None,
            usage=None if self.result is None else self.result.usage,
            error=self.degraded if error is None else error,
            consolidate=status == "completed",
        )

    def _coverage(self) -> tuple[Coverage, ...]:
        return () if self.result is None else self.result.analysis.coverage

    def _enter(self, stage: str | None) -> None:
        now = self._clock()
        if self._stage is not None:
            name, since = self._stage
            self.timings[name] = self.timings.get(name, 0.0) + now - since
        self._stage = None if stage is None else (stage, now)

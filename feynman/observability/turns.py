"""One turn in numbers, read off its events."""

from collections.abc import Callable
from typing import Final, Self, get_args

from feynman.domain import (
    EngineDegraded,
    GapFound,
    GapResolved,
    Language,
    MemorySaved,
    Stage,
    StudyEvent,
    TextDelta,
    ToolUsed,
    TurnCompleted,
    TurnFailed,
)
from feynman.observability.instruments import Instruments

__all__ = ["TurnMeter"]

_ENGINES: Final = frozenset({"builtin", "openai", "local"})
_STAGES: Final = frozenset(get_args(Stage))


class TurnMeter:
    """Feed it every event of a turn. As a context manager it counts a turn that was left early as ``stopped``."""

    def __init__(self, metrics: Instruments, language: Language, *, engine: str, clock: Callable[[], float]) -> None:
        self._metrics = metrics
        self._language = language
        self._engine = engine
        self._clock = clock
        self._started = clock()
        self._silent = True
        self._wordless = True
        self._ended = False
        self._degraded = False

    def __enter__(self) -> Self:
        self._metrics.active_turns.inc()
        return self

    def __exit__(self, *exception: object) -> None:
        self._metrics.active_turns.dec()
        self._end("stopped", self._engine)

    def see(self, event: StudyEvent) -> None:
        """Count one event."""
        if self._silent:
            self._silent = False
            self._metrics.first_event.observe(self._elapsed())
        match event:
            case ToolUsed():
                self._metrics.models.tool(event)
            case EngineDegraded(code=code):
                self._degrade(code)
            case TextDelta():
                self._text()
            case GapFound():
                self._metrics.gaps.labels(event.gap.kind.value, self._language).inc()
            case GapResolved():
                self._metrics.gaps_resolved.labels(event.gap.kind.value).inc()
            case MemorySaved():
                self._metrics.memories.labels("queued").inc()
            case TurnCompleted():
                self._complete(event)
            case TurnFailed():
                self._end("failed", self._engine)
            case _:
                pass

    def _degrade(self, code: str) -> None:
        """Count the first reason of a turn: what follows from it is no news."""
        if not self._degraded:
            self._degraded = True
            self._metrics.models.degraded(code)

    def _elapsed(self) -> float:
        return self._clock() - self._started

    def _text(self) -> None:
        if self._wordless:
            self._wordless = False
            self._metrics.first_token.observe(self._elapsed())

    def _complete(self, event: TurnCompleted) -> None:
        if self._ended:
            return
        for stage in _STAGES & event.timings.keys():
            self._metrics.turn_seconds.labels(stage).observe(event.timings[stage])
        self._end("degraded" if event.degraded else "completed", event.engine)

    def _end(self, status: str, engine: str) -> None:
        if self._ended:
            return
        self._ended = True
        self._metrics.turn_seconds.labels("total").observe(self._elapsed())
        self._metrics.turns.labels(engine if engine in _ENGINES else "other", status).inc()

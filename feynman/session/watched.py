"""Turns under observation: counted, traced, logged, and never ended by an exception of ours."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog

from feynman.domain import Explanation, FeynmanError, StudyEvent, TurnFailed
from feynman.observability.logs import bind
from feynman.observability.metrics import Metrics
from feynman.observability.turn_spans import turn_span
from feynman.session.students import Students
from feynman.session.turns import Brought, TurnRunner

__all__ = ["WatchedTurns"]

log = structlog.get_logger("feynman.session")


class WatchedTurns:
    """Runs turns of ``runner``; one that is refused ends in ``TurnFailed`` like one that fails."""

    def __init__(self, runner: TurnRunner, *, students: Students, metrics: Metrics) -> None:
        self._runner = runner
        self._students = students
        self._metrics = metrics

    async def run(self, explanation: Explanation, brought: Brought) -> AsyncGenerator[StudyEvent, None]:
        """Yield the events of one turn; the last is ``TurnCompleted`` or ``TurnFailed``."""
        engine = self._students.name if brought.engine is None else brought.engine
        with (
            self._metrics.turn(explanation.language, engine=engine) as meter,
            bind(session_id=explanation.session_id),
            turn_span(explanation, engine=engine) as told,
        ):
            async with aclosing(self._guarded(explanation, brought)) as events:
                async for event in events:
                    meter.see(event)
                    told(event)
                    yield event

    async def _guarded(self, explanation: Explanation, brought: Brought) -> AsyncGenerator[StudyEvent, None]:
        try:
            async with aclosing(self._runner.run(explanation, brought)) as events:
                async for event in events:
                    yield event
        except FeynmanError as error:
            log.warning("turn_refused", code=error.code)
            yield TurnFailed(turn_id=None, code=error.code, retryable=error.retryable)

"""The span of one turn, with what its events tell."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from opentelemetry.trace import Span
from opentelemetry.util.types import AttributeValue

from feynman.domain import (
    EngineDegraded,
    Explanation,
    GapFound,
    QuestionAsked,
    StudyEvent,
    ToolUsed,
    TurnCompleted,
    TurnFailed,
)
from feynman.observability.genai import CONVERSATION_ID, OPERATION_NAME
from feynman.observability.tracing import fail, holds_text, span

__all__ = ["turn_span"]

_MILLISECONDS: Final = 1_000


@contextmanager
def turn_span(
    explanation: Explanation, *, engine: str, clock: Callable[[], float] = time.perf_counter
) -> Iterator[Callable[[StudyEvent], None]]:
    """Time the block as the turn of ``explanation`` and give the function that takes its events.

    It holds what was said only where that is switched on.
    """
    # The names without a prefix are the seed's.
    attributes: dict[str, AttributeValue] = {
        OPERATION_NAME: "invoke_workflow",
        CONVERSATION_ID: explanation.session_id,
        "topic_length": len(explanation.topic),
        "explanation_length": len(explanation.text),
        "feynman.turn_id": explanation.turn_id,
        "feynman.language": explanation.language,
        "feynman.engine": engine,
    }
    text = holds_text()
    if text:
        attributes |= {"feynman.topic": explanation.topic, "feynman.explanation": explanation.text}
    started = clock()
    with span("turn", **attributes) as current:
        seen = _Seen(current, text=text)
        try:
            yield seen.see
        finally:
            current.set_attribute("questions_generated", seen.questions)
            current.set_attribute("feynman.gaps_found", seen.gaps)
            current.set_attribute("feynman.tools_used", seen.tools)
            current.set_attribute("processing_time_ms", round((clock() - started) * _MILLISECONDS, 3))


class _Seen:
    def __init__(self, current: Span, *, text: bool) -> None:
        self._current = current
        self._text = text
        self.questions = 0
        self.gaps = 0
        self.tools = 0

    def see(self, event: StudyEvent) -> None:
        match event:
            case GapFound():
                self.gaps += 1
            case QuestionAsked():
                self.questions += 1
            case ToolUsed(state="started"):
                self.tools += 1
            case EngineDegraded(code=code):
                self._current.set_attribute("feynman.degraded", code)
            case TurnCompleted():
                self._complete(event)
            case TurnFailed(code=code):
                fail(code, self._current)
            case _:
                pass

    def _complete(self, event: TurnCompleted) -> None:
        self._current.set_attribute("feynman.engine", event.engine)
        self._current.set_attribute("feynman.memories_recalled", len(event.recalled))
        if self._text:
            self._current.set_attribute("feynman.reply", event.reply)

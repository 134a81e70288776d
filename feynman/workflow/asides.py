"""What an engine tells about its own work, as events of the turn."""

from collections.abc import Callable
from typing import Final

from feynman.domain import EngineDegraded, StageStarted, StudyEvent, ToolUsed, Usage
from feynman.engines.student import Aside, Degradation, Thinking, ToolUse

__all__ = ["ASIDES", "Asides"]

ASIDES: Final = (Usage, Degradation, ToolUse, Thinking)


class Asides:
    """Turns asides into events and keeps what the turn's result has to say of them."""

    def __init__(self, write: Callable[[StudyEvent], None], turn_id: str) -> None:
        self.usage: Usage | None = None
        self.degraded: str | None = None
        self._write = write
        self._turn_id = turn_id

    def take(self, aside: Aside) -> None:
        """Keep it, and tell about it what a learner may see."""
        match aside:
            case Usage():
                self.usage = aside if self.usage is None else self.usage + aside
            case Degradation(code=code):
                self.degraded = code
                self._write(EngineDegraded(code=code))
            case ToolUse():
                self._write(ToolUsed(call_id=aside.call_id, tool=aside.tool, state=aside.state, seconds=aside.seconds))
            case Thinking():
                self._write(StageStarted(stage="thinking", turn_id=self._turn_id))

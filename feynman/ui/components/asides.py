"""What the engine tells of its own work while a turn happens."""

from streamlit.delta_generator import DeltaGenerator

from feynman.domain import EngineDegraded, ToolUsed
from feynman.i18n import Translator
from feynman.ui import badges

__all__ = ["LiveAsides"]


class LiveAsides:
    """Tool calls as they come and go, and a badge when the built-in student stands in."""

    def __init__(self, place: DeltaGenerator, _: Translator) -> None:
        self._words = _
        self._tools = place.empty()
        self._badge = place.empty()
        self._calls: dict[str, tuple[str, str]] = {}
        self._degraded = False

    def take(self, event: object) -> None:
        """Show one event, if it is one of these."""
        match event:
            case ToolUsed(call_id=call_id, tool=tool, state=state):
                self._calls[call_id] = (tool, state)
                self._tools.html(badges.tools(self._calls, self._words))
            case EngineDegraded(code=code):
                self._degrade(code)
            case _:
                pass

    def _degrade(self, code: str) -> None:
        """Show the first reason: what follows from it is no news."""
        if not self._degraded:
            self._degraded = True
            self._badge.html(badges.degraded(code, self._words))

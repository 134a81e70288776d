"""A session's summary in a model's words."""

from collections.abc import Sequence
from typing import Final

import structlog

from feynman.container.models.engines import Engines
from feynman.domain import Gap, Language, ModelError, ServiceUnavailable, Session, Turn, Usage
from feynman.engines.llm import Summary, summarise
from feynman.resilience import Cache, cache_key

__all__ = ["Summaries"]

log = structlog.get_logger("feynman.container")

_DAY_SECONDS: Final = 86_400.0
_FORMS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "understood": "About {topic} I was taught: {lines}",
        "convincing": "What convinced: {lines}",
        "open_questions": "Still open: {lines}",
    },
    "zh": {
        "understood": "关于{topic}，我学到了：{lines}",
        "convincing": "有说服力的是：{lines}",
        "open_questions": "还没弄清的是：{lines}",
    },
}
_BETWEEN: Final[dict[Language, str]] = {"en": " ", "zh": ""}


class Summaries:
    """Asks the model that a session's last turn was done by; one answer counts for the turn, however often asked."""

    def __init__(self, engines: Engines, cache: Cache) -> None:
        self._engines = engines
        self._cache = cache

    async def of(self, session: Session, turns: Sequence[Turn], gaps: Sequence[Gap]) -> str | None:
        """Return the summary, ``None`` where no model is at work, it fails, or the learner's budget is spent."""
        done = [turn for turn in turns if turn.status == "completed"]
        if not done or done[-1].degraded or self._engines.seated(done[-1].engine) is None:
            return None
        key = cache_key("summary", session.id, done[-1].id, done[-1].engine)

        async def ask() -> str:
            return _written(session, await self._asked(session, done, gaps))

        try:
            if await self._engines.budget.spent(session.learner_id):
                return None
            return await self._cache.get_or_compute(key, _DAY_SECONDS, ask)
        except (ModelError, ServiceUnavailable) as error:
            log.warning("summary_not_by_model", code=error.code)
            return None

    async def _asked(self, session: Session, done: Sequence[Turn], gaps: Sequence[Gap]) -> Summary:
        seat = self._engines.seated(done[-1].engine)
        student = None if seat is None else seat.ready
        if seat is None or student is None or seat.line is None:
            raise ServiceUnavailable("the model was changed")

        def note(usage: Usage) -> None:
            self._engines.note(session.learner_id, f"summary-{done[-1].id}", usage)

        return await summarise(seat.line, student.abilities, session.topic, session.language, done, gaps, note=note)


def _written(session: Session, summary: Summary) -> str:
    forms, between = _FORMS[session.language], _BETWEEN[session.language]
    parts = [
        form.format(topic=session.topic, lines=between.join(lines))
        for name, form in forms.items()
        if (lines := getattr(summary, name))
    ]
    return "\n".join(parts)

"""A student that does not examine the same thing twice."""

from collections.abc import AsyncGenerator, Callable
from typing import Any, Final, cast, get_args
from uuid import uuid4

import structlog
from pydantic import ValidationError

from feynman.domain import Belief, Gap, Question
from feynman.engines.streams import closing
from feynman.engines.student import Analysis, Aside, Discovery, Finding, Lesson, Student, ToolUse
from feynman.resilience import Cache, cache_key

__all__ = ["CachedStudent"]

log = structlog.get_logger("feynman.engines")

_SECONDS: Final = 3_600.0
_KINDS: Final = {kind.__name__: kind for kind in get_args(Discovery)}
# What this tool finds is the learner's own and no part of the lesson.
_PRIVATE: Final = "recall_memory"
_NAMES: Final = {"explanation": {"turn_id", "session_id", "learner_id"}}


def _hex_id() -> str:
    return uuid4().hex


class CachedStudent:
    """``student``, whose findings are kept for an hour for a lesson that is equal in all it may look at.

    Text, reference, earlier turns, open gaps, beliefs and recalled memories all count, the names of turn, session and
    learner do not. What was found with the help of the learner's memories is not kept. ``identity`` is what else a
    verdict depends on: endpoint, model, prompts.
    """

    def __init__(
        self,
        student: Student,
        cache: Cache,
        identity: str,
        *,
        seconds: float = _SECONDS,
        new_id: Callable[[], str] = _hex_id,
    ) -> None:
        self._student = student
        self._cache = cache
        self._identity = identity
        self._seconds = seconds
        self._new_id = new_id

    @property
    def name(self) -> str:
        """The student's name."""
        return self._student.name

    def warm(self) -> None:
        """Warm it."""
        self._student.warm()

    async def examine(self, lesson: Lesson) -> AsyncGenerator[Finding, None]:
        """Yield what was found the last time, else what it finds now."""
        key = cache_key("analysis", self._identity, lesson.model_dump_json(exclude=_NAMES))
        kept = self._known(await self._cache.get(key), lesson)
        if kept is not None:
            for known in kept:
                yield known
            return
        found: list[Discovery] = []
        private = False
        async with closing(self._student.examine(lesson)) as findings:
            async for finding in findings:
                private = private or (isinstance(finding, ToolUse) and finding.tool == _PRIVATE)
                if type(finding).__name__ in _KINDS:
                    found.append(cast("Discovery", finding))
                yield finding
        if not private:
            await self._cache.set(key, [_written(each) for each in found], ttl=self._seconds)

    async def reply(self, lesson: Lesson, analysis: Analysis) -> AsyncGenerator[str | Question | Aside, None]:
        """Yield its reply, always a new one."""
        async with closing(self._student.reply(lesson, analysis)) as pieces:
            async for piece in pieces:
                yield piece

    def _known(self, kept: object, lesson: Lesson) -> list[Discovery] | None:
        """What is kept, ``None`` when it is nothing that this version reads: another one may share the cache."""
        if kept is None:
            return None
        try:
            return [self._anew(each, lesson) for each in cast("list[dict[str, Any]]", kept)]
        except (KeyError, TypeError, ValidationError) as error:
            log.warning("kept_analysis_unreadable", error=type(error).__name__)
            return None

    def _anew(self, kept: dict[str, Any], lesson: Lesson) -> Discovery:
        found = cast("Discovery", _KINDS[kept["kind"]].model_validate(kept["found"]))
        if isinstance(found, (Gap, Belief)):
            return found.model_copy(update={"id": self._new_id(), "turn_id": lesson.explanation.turn_id})
        return found


def _written(found: Discovery) -> dict[str, Any]:
    return {"kind": type(found).__name__, "found": found.model_dump(mode="json")}

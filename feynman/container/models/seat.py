"""One model student at work, with all that is its own."""

import asyncio
from typing import Final

import structlog

from feynman.container.models.attended import AttendedStudent, Ledger
from feynman.container.models.choice import EngineChoice
from feynman.container.models.shared import Shared
from feynman.container.models.state import EngineState
from feynman.container.models.tools import LessonTools, lesson_of_call, provider_of, recall_from, tools_of
from feynman.domain import (
    BudgetSpent,
    FeynmanError,
    ModelAnswerUnusable,
    ModelRejected,
    ModelTimedOut,
    ModelUnreachable,
    Usage,
)
from feynman.engines.budgeted import BudgetedStudent
from feynman.engines.builtin import pleads
from feynman.engines.cached import CachedStudent
from feynman.engines.fallback import FallbackStudent
from feynman.engines.helped import HelpedStudent
from feynman.engines.late import LateStudent
from feynman.engines.llm import Capabilities, Endpoint, Line, ModelStudent, Protection, is_down
from feynman.engines.llm.prompts import PROMPT_VERSION
from feynman.engines.local import LocalServer
from feynman.engines.student import Student
from feynman.observability.health import CheckResult
from feynman.resilience import Breaker, Overloaded
from feynman.settings import Engine
from feynman.tools import SearchProvider, Toolbox

__all__ = ["Seat"]

log = structlog.get_logger("feynman.container")

_PART: Final = "model"
# Imports take seconds; a file takes as long as it takes, and the turn is done by the built-in student meanwhile.
_PATIENCE: Final[dict[str, float]] = {"openai": 30.0, "local": 0.0}
# These are over once the endpoint answers again.
_PASSING: Final = frozenset({"ok", ModelTimedOut.code, ModelUnreachable.code})
# These say nothing of the endpoint.
_OURS: Final = frozenset({BudgetSpent.code, Overloaded.code})


class Seat:
    """The student of ``engine`` as ``choice`` wants it; it is made behind the scenes, on the loop this is built on.

    ``server`` is the local model's.
    """

    def __init__(
        self,
        engine: Engine,
        choice: EngineChoice,
        shared: Shared,
        *,
        server: LocalServer | None = None,
        known: Capabilities | None = None,
    ) -> None:
        self.engine = engine
        self.server = server
        self.last: str | None = None
        self.line: Line | None = None
        self._choice = choice
        self._shared = shared
        self._known = known
        self._ledger = Ledger()
        self._provider: SearchProvider | None = None
        self._breaker = Breaker(_PART, counts=is_down, on_change=shared.metrics.models.circuit)
        shared.metrics.models.circuit(_PART, self._breaker.state)
        self._making: asyncio.Future[Student] = asyncio.ensure_future(self._make())
        self._making.add_done_callback(self._made)
        self._greeting = asyncio.create_task(self._greet())
        late = LateStudent(engine, self._making, _PATIENCE[engine])
        cached = CachedStudent(late, shared.cache, _identity(engine, choice))
        able = BudgetedStudent(FallbackStudent(cached, shared.builtin), shared.builtin, shared.budget.spent)
        helped = HelpedStudent(able, shared.builtin, pleads)
        self.student: Student = AttendedStudent(helped, self._ledger, shared.note, self._ended)

    @property
    def ready(self) -> ModelStudent | None:
        """The model student itself, once it is made."""
        if not self._making.done() or self._making.cancelled() or self._making.exception() is not None:
            return None
        student = self._making.result()
        return student if isinstance(student, ModelStudent) else None

    @property
    def well(self) -> bool:
        """Whether it is made and did not fail the last time."""
        return self.ready is not None and self._breaker.state == "closed" and self.last in (None, "ok")

    @property
    def state(self) -> EngineState:
        """How it is, for those who show it."""
        return EngineState(
            engine=self.engine,
            model=None if self.line is None else self.line.endpoint.model,
            ready=self.ready is not None,
            well=self.well,
            last=self.last,
            loading=None if self.server is None or self.ready is not None else self.server.loading,
        )

    def check(self) -> CheckResult:
        """How it is, without asking it anything."""
        detail = f"{self.engine}: {self._state()}"
        return CheckResult(status="healthy" if self.well else "degraded", detail=detail)

    async def look(self) -> CheckResult:
        """How it is, after a look whether its endpoint answers at all, which says nothing of a refused request."""
        if self.ready is None or self.line is None:
            return self.check()
        missing = await self._missing(self.line)
        if missing is not None:
            return CheckResult(status="degraded", detail=f"{self.engine}: {missing}, {self._state()}")
        well = self._breaker.state == "closed" and (self.last is None or self.last in _PASSING)
        return CheckResult(status="healthy" if well else "degraded", detail=f"{self.engine}: {self._state()}")

    async def close(self) -> None:
        """Let go of everything; turns under way go on with the built-in student."""
        for task in (self._greeting, self._making):
            task.cancel()
        await asyncio.gather(self._greeting, self._making, return_exceptions=True)
        if self._provider is not None:
            await self._provider.close()
        # A circuit that nobody uses any more is out of nobody's way.
        self._shared.metrics.models.circuit(_PART, "closed")

    def _state(self) -> str:
        if not self._making.done():
            loading = None if self.server is None else self.server.loading
            return "starting" if loading is None else f"{loading.stage} {loading.done:.0%}"
        return f"circuit {self._breaker.state}, last outcome {self.last or 'none yet'}"

    async def _make(self) -> Student:
        endpoint = self._choice.endpoint() if self.server is None else await self.server.start()
        self.line = await self._line(endpoint)
        self._provider = await asyncio.to_thread(provider_of, self._choice.web_search, self._shared.settings)
        recall = recall_from(self._shared.recall)
        toolbox = Toolbox(
            tools_of(self._shared.embedder, recall, self._complete, self._provider),
            cache=self._shared.cache,
            on_breaker=self._shared.metrics.models.circuit,
        )
        for name, breaker in toolbox.breakers.items():
            self._shared.metrics.models.circuit(name, breaker.state)
        student = ModelStudent(
            self.line,
            self._shared.embedder,
            name=self.engine,
            tools=LessonTools(toolbox),
            persona=self._choice.persona,
            known=self._known,
        )
        await asyncio.to_thread(student.warm)
        return student

    async def _line(self, endpoint: Endpoint) -> Line:
        protection = Protection(limit=self._shared.limit, breaker=self._breaker)
        return Line(
            endpoint,
            await self._shared.client(),
            protection=protection,
            prices=self._shared.prices,
            meter=self._shared.metrics.models,
        )

    async def _complete(self, system: str, text: str) -> str:
        """Translate's own call; what it uses is the turn's."""
        lesson = lesson_of_call()
        if self.line is None or lesson is None:
            raise AssertionError("tools are called in a turn, by a student that is made")
        explanation = lesson.explanation

        def note(usage: Usage) -> None:
            self._shared.note(explanation.learner_id, explanation.turn_id, usage)
            self._ledger.add(explanation.turn_id, usage)

        message = await self.line.complete([("system", system), ("human", text)], key=explanation.session_id, note=note)
        return str(message.text)

    async def _greet(self) -> None:
        """List the models once, which costs nothing, so that ``check`` knows of a dead endpoint before a learner."""
        await asyncio.wait({self._making})
        if self.line is None or self.ready is None:
            return
        missing = await self._missing(self.line)
        if missing is not None:
            log.warning("model_not_there", engine=self.engine, code=missing)
            if self.last is None:
                self.last = missing

    async def _missing(self, line: Line) -> str | None:
        try:
            await line.models()
        except (ModelRejected, ModelAnswerUnusable):  # not every server lists its models
            return None
        except FeynmanError as error:
            return error.code
        return None

    def _made(self, making: "asyncio.Future[Student]") -> None:
        if making.cancelled():
            return
        error = making.exception()
        if isinstance(error, FeynmanError):
            self.last = error.code
            log.error("model_not_ready", engine=self.engine, code=error.code, why=str(error))
        elif error is not None:
            self.last = "model_failed"
            log.error("model_not_ready", engine=self.engine, code="model_failed", exc_info=error)

    def _ended(self, outcome: str) -> None:
        if outcome not in _OURS:
            self.last = outcome


def _identity(engine: Engine, choice: EngineChoice) -> str:
    """What a verdict depends on besides the lesson."""
    return repr((engine, choice.base_url, choice.model, choice.local_model, choice.web_search, PROMPT_VERSION))

"""Builds every part from the settings and owns their lifetimes."""

import asyncio
import math
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final

import filelock
import structlog

from feynman.consolidation import Consolidator
from feynman.container.checks import health_checks
from feynman.container.closing import close_in_order
from feynman.container.models import Engines, open_engines, refuse_incomplete
from feynman.container.models.summaries import Summaries
from feynman.container.telemetry import traces_export, watch
from feynman.domain import ConfigurationError, FeynmanError, RecordsUnavailable
from feynman.engines.builtin import BuiltinStudent
from feynman.engines.student import Student
from feynman.memory import MemoryStore
from feynman.observability import logs, tracing
from feynman.observability.health import Health
from feynman.observability.history import MetricHistory
from feynman.observability.metrics import Metrics
from feynman.records import Records
from feynman.references import Library
from feynman.resilience import Cache, retrying
from feynman.runtime import LoopThread
from feynman.session import StudySession
from feynman.settings import Settings
from feynman.text.embedding import Embedder

__all__ = ["BuiltinStudent", "Container", "MakeStudent", "Parts"]

log = structlog.get_logger("feynman.container")

MakeStudent = Callable[[Embedder], Student]

_OPEN_SECONDS: Final = 60.0
_CLOSE_SECONDS: Final = 4.0
_LOOP_SECONDS: Final = 1.0
_CANCEL_SECONDS: Final = 1.0
_FLUSH_SECONDS: Final = 1.0
_LEAST_SECONDS: Final = 0.2
_FIRST_WAIT: Final = 2.0
_LONGEST_WAIT: Final = 30.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What lives on the loop."""

    embedder: Embedder
    cache: Cache
    records: Records
    memory: MemoryStore
    engines: Engines
    consolidator: Consolidator
    study: StudySession
    warming: asyncio.Task[None]
    watching: asyncio.Task[None]


class Container:
    """The parts of one process.

    ``problem`` is why the product can't serve (``None`` when it can): the page and ``/health`` tell it.
    """

    def __init__(self, settings: Settings, student: MakeStudent) -> None:
        self.settings = settings
        self._student = student
        self.loop = LoopThread()
        self.metrics = Metrics()
        self.history = MetricHistory(self.metrics)
        self.traces = tracing.configure(traces_export(settings), text=settings.trace_text)
        self.problem: FeynmanError | None = None
        self._parts: Parts | None = None
        self._lock = filelock.FileLock(settings.data_dir / "feynman.lock", timeout=0, thread_local=False)
        self.health = Health(health_checks(self))

    @classmethod
    def open(cls, settings: Settings, *, student: MakeStudent = BuiltinStudent) -> "Container":
        """Start everything; a part that can't start is the container's ``problem``, not an exception.

        It is tried again, behind what tells of the problem, as long as that may help.

        Raises:
            ConfigurationError: the settings ask for what can't be, or another process uses the data directory.
        """
        logs.configure(settings.log_level, settings.log_format)
        refuse_incomplete(settings)
        container = cls(settings, student)
        container.loop.start()
        try:
            container.loop.run(container._start(), _OPEN_SECONDS)
        except (FeynmanError, TimeoutError) as error:
            if isinstance(error, ConfigurationError):
                container.close()
                raise
            if container.problem is None:
                container.problem = RecordsUnavailable(f"not open after {_OPEN_SECONDS:g} seconds")
            log.error("start_failed", code=container.problem.code, why=str(container.problem))  # noqa: TRY400 # it says all
            if _may_pass(container.problem):
                container.loop.submit(container._start_later())
        except BaseException:
            container.close()
            raise
        return container

    @property
    def parts(self) -> Parts:
        """The parts.

        Raises:
            FeynmanError: the ``problem``, when there is one.
        """
        if self._parts is None:
            raise self.problem or RecordsUnavailable("not started")
        return self._parts

    @property
    def engine(self) -> str:
        """The name of the student at work."""
        return "builtin" if self._parts is None else self._parts.engines.name

    @property
    def engines(self) -> Engines:
        """The students, and the choice among them.

        Raises:
            FeynmanError: the ``problem``, when there is one.
        """
        return self.parts.engines

    @property
    def study(self) -> StudySession:
        """The use cases.

        Raises:
            FeynmanError: the ``problem``, when there is one.
        """
        return self.parts.study

    def quiesce(self, seconds: float) -> None:
        """Take no new turn, which health tells; let the running ones finish within ``seconds``, then cancel them."""
        self.health.close()
        if self._parts is not None:
            self._within(self._parts.study.close(seconds), seconds + _CANCEL_SECONDS)

    def close(self, seconds: float = _CLOSE_SECONDS) -> None:
        """Cancel turns, drain the workers and close every part, in reverse order, within ``seconds``."""
        end = time.monotonic() + seconds
        try:
            if self._parts is not None:
                self._within(self._stop(self._parts, seconds - _LOOP_SECONDS), seconds)
        finally:
            if not self.loop.stop(max(_LOOP_SECONDS, end - time.monotonic())):
                log.warning("loop_did_not_stop")
            self._lock.release()
            if not tracing.flush(min(_FLUSH_SECONDS, max(_LEAST_SECONDS, end - time.monotonic()))):
                log.warning("traces_not_sent")

    def _within(self, work: Coroutine[Any, Any, None], seconds: float) -> None:
        try:
            self.loop.run(work, seconds)
        except TimeoutError:
            log.warning("close_timed_out", seconds=seconds)

    def _lock_folder(self) -> None:
        try:
            self.settings.data_dir.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except filelock.Timeout as error:
            raise ConfigurationError(
                f"another Feynman already uses FEYNMAN_DATA_DIR={self.settings.data_dir}; stop it or choose another"
            ) from error
        except OSError as error:
            raise RecordsUnavailable(f"FEYNMAN_DATA_DIR={self.settings.data_dir} is not usable: {error}") from error

    async def _start(self) -> None:
        """Open everything, or nothing and keep the ``problem``.

        Raises:
            FeynmanError: the problem.
        """
        try:
            if not self._lock.is_locked:
                await asyncio.to_thread(self._lock_folder)
            async with AsyncExitStack() as opened:
                self._parts = await self._open_parts(opened)
                opened.pop_all()
        except FeynmanError as error:
            self.problem = error
            raise
        self.problem = None

    async def _start_later(self) -> None:
        again = retrying(
            _may_pass, attempts=sys.maxsize, timeout=math.inf, wait_initial=_FIRST_WAIT, wait_max=_LONGEST_WAIT
        )
        try:
            await again(self._start)()
        except FeynmanError as error:
            log.error("start_given_up", code=error.code, why=str(error))  # noqa: TRY400 # the sentence says it all
        except Exception:
            log.exception("start_crashed")
        else:
            log.info("start_recovered")

    async def _open_parts(self, opened: AsyncExitStack) -> Parts:
        """Open the parts; ``opened`` closes those that are, should a later one fail."""
        embedder = Embedder()
        # Before anything that would have to be closed again: its address may be impossible.
        cache = await Cache.open(
            self.settings.redis_url, on_use=self.metrics.models.cache, on_breaker=self.metrics.models.circuit
        )
        opened.push_async_callback(cache.close)
        library, records = await asyncio.gather(asyncio.to_thread(Library.load), self._records())
        opened.push_async_callback(records.close)
        memory = await MemoryStore.open(
            self.settings.data_dir / "chroma", records.memories, embedder, metrics=self.metrics
        )
        opened.push_async_callback(memory.close)
        student = await asyncio.to_thread(self._student, embedder)
        engines = await open_engines(
            self.settings,
            embedder=embedder,
            builtin=student,
            records=records,
            recall=memory.recall,
            cache=cache,
            metrics=self.metrics,
        )
        opened.push_async_callback(engines.close)
        summaries = Summaries(engines, cache)
        consolidator = Consolidator(records=records, memory=memory, metrics=self.metrics, summarise=summaries.of)
        study = StudySession(
            records=records,
            memory=memory,
            student=student,
            library=library,
            encoder=embedder,
            metrics=self.metrics,
            saved=consolidator.wake,
            students=engines,
        )
        consolidator.start()
        warming = asyncio.create_task(asyncio.to_thread(_warm, embedder, student))
        watching = asyncio.create_task(watch(self.metrics, self.history))
        return Parts(embedder, cache, records, memory, engines, consolidator, study, warming, watching)

    def _records(self) -> Coroutine[Any, Any, Records]:
        return Records.open(self.settings.database, backup_dir=self.settings.data_dir / "backups", metrics=self.metrics)

    async def _stop(self, parts: Parts, seconds: float) -> None:
        parts.watching.cancel()
        steps: dict[str, Callable[[], Awaitable[object]]] = {
            "turns": lambda: parts.study.close(0.0),
            "workers": lambda: parts.consolidator.close(seconds / 3),
            "model": parts.engines.close,
            "chroma": lambda: parts.memory.close(seconds / 3),
            "database": parts.records.close,
            "cache": parts.cache.close,
        }
        await close_in_order(steps, seconds)


def _may_pass(error: Exception) -> bool:
    return isinstance(error, FeynmanError) and error.retryable


def _warm(embedder: Embedder, student: Student) -> None:
    embedder.warm()
    student.warm()

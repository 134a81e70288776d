"""Runs tools so that nothing they do can hurt a turn."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import structlog
from pydantic import BaseModel, ValidationError

from feynman.domain import FeynmanError, Frozen, Language, ToolState
from feynman.resilience import Breaker, BreakerState, Cache, CircuitOpen, Overloaded, cache_key, retrying
from feynman.tools.errors import ToolFailed
from feynman.tools.quoting import one_line
from feynman.tools.tool import Tool, ToolContext
from feynman.tools.wording import failure, invalid, unknown

__all__ = ["Offer", "Outcome", "ToolUse", "Toolbox"]

log = structlog.get_logger("feynman.tools")

_SECONDS: Final = 10.0
_ATTEMPTS: Final = 2
_MOST_PROBLEMS: Final = 3
_LONGEST_PROBLEM: Final = 200


class Offer(Frozen):
    """A tool as a model sees it."""

    name: str
    description: str
    arguments: type[BaseModel]


class Outcome(Frozen):
    """What the model is told; ``failed`` when the tool gave nothing."""

    text: str
    failed: bool = False


class ToolUse(Frozen):
    """A call began or ended; ``call_id`` joins the two, ``seconds`` comes with the end."""

    call_id: str
    tool: str
    state: ToolState
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class _Kit:
    tool: Tool[Any]
    breaker: Breaker


def _call_id() -> str:
    return uuid4().hex


class Toolbox:
    """A set of tools, each with a circuit of its own; for tasks of one event loop.

    The work of a call takes at most ``timeout`` seconds with its one repetition. Results that depend on nothing but the
    arguments and the language are cached. ``on_use`` hears of every call that was understood, ``on_breaker`` of every
    change of a circuit.
    """

    def __init__(
        self,
        tools: Sequence[Tool[Any]],
        *,
        timeout: float = _SECONDS,
        cache: Cache | None = None,
        on_use: Callable[[ToolUse], None] | None = None,
        on_breaker: Callable[[str, BreakerState], None] | None = None,
        new_id: Callable[[], str] = _call_id,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kits = {
            tool.name: _Kit(tool, Breaker(tool.name, counts=_faulty, on_change=on_breaker, clock=clock))
            for tool in tools
        }
        self._timeout = timeout
        self._cache = cache
        self._on_use = on_use
        self._new_id = new_id
        self._clock = clock

    def offers(self, language: Language) -> tuple[Offer, ...]:
        """The tools in it, for a model that is spoken to in ``language``."""
        return tuple(
            Offer(name=name, description=kit.tool.description(language), arguments=kit.tool.arguments)
            for name, kit in self._kits.items()
        )

    @property
    def breakers(self) -> Mapping[str, Breaker]:
        """The circuit of each tool."""
        return {name: kit.breaker for name, kit in self._kits.items()}

    async def run(self, name: str, arguments: Mapping[str, object], context: ToolContext) -> Outcome:
        """Run the tool ``name``; whatever goes wrong is told to the model."""
        kit = self._kits.get(name)
        if kit is None:
            return Outcome(text=unknown(list(self._kits), context.language), failed=True)
        try:
            given = kit.tool.arguments.model_validate(dict(arguments))
        except ValidationError as error:
            return Outcome(text=invalid(name, _problems(error), context.language), failed=True)
        call_id, begun = self._new_id(), self._clock()
        self._tell(ToolUse(call_id=call_id, tool=name, state="started"))
        try:
            outcome = await self._outcome(kit, given, context)
        except BaseException:
            self._tell(ToolUse(call_id=call_id, tool=name, state="failed", seconds=self._clock() - begun))
            raise
        state: ToolState = "failed" if outcome.failed else "finished"
        self._tell(ToolUse(call_id=call_id, tool=name, state=state, seconds=self._clock() - begun))
        return outcome

    async def _outcome(self, kit: _Kit, given: BaseModel, context: ToolContext) -> Outcome:
        try:
            return Outcome(text=await self._cached(kit, given, context))
        except ToolFailed as error:
            reason, detail = error.reason, error.detail
        except FeynmanError as error:
            reason, detail = "unavailable", error.code
        log.warning("tool_failed", tool=kit.tool.name, reason=reason, detail=detail)
        return Outcome(text=failure(kit.tool.name, reason, context.language), failed=True)

    async def _cached(self, kit: _Kit, given: BaseModel, context: ToolContext) -> str:
        async def compute() -> str:
            return await self._guarded(kit, given, context)

        if self._cache is None or kit.tool.keep_seconds is None:
            return await compute()
        key = cache_key(
            f"tool:{kit.tool.name}", context.language, json.dumps(given.model_dump(mode="json"), sort_keys=True)
        )
        return await self._cache.get_or_compute(key, kit.tool.keep_seconds, compute)

    async def _guarded(self, kit: _Kit, given: BaseModel, context: ToolContext) -> str:
        repeated = retrying(_passing, attempts=_ATTEMPTS, timeout=self._timeout)(kit.tool.run)

        async def in_time() -> str:
            try:
                async with asyncio.timeout(self._timeout):
                    return await repeated(given, context)
            except TimeoutError as error:
                raise ToolFailed("timed_out") from error

        return await kit.breaker.call(in_time)

    def _tell(self, use: ToolUse) -> None:
        if self._on_use is not None:
            self._on_use(use)


def _passing(error: Exception) -> bool:
    return isinstance(error, ToolFailed) and error.passing


def _faulty(error: Exception) -> bool:
    return error.faulty if isinstance(error, ToolFailed) else not isinstance(error, (CircuitOpen, Overloaded))


def _problems(error: ValidationError) -> str:
    problems = error.errors(include_input=False, include_url=False, include_context=False)[:_MOST_PROBLEMS]
    text = "; ".join(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in problems)
    return one_line(text, _LONGEST_PROBLEM)

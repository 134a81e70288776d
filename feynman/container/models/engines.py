"""The students of a process: the built-in one, and models as they are chosen."""

import asyncio
from pathlib import Path
from typing import Final, get_args

import structlog

from feynman.container.models.budget import Budget
from feynman.container.models.choice import EngineChoice
from feynman.container.models.seat import Seat
from feynman.container.models.shared import Shared
from feynman.container.models.state import EngineState
from feynman.container.models.vault import Vault
from feynman.domain import EngineUnavailable, InvalidInput, Usage
from feynman.engines.llm import Capabilities, Line, Protection, Timeouts, probe
from feynman.engines.local import LocalServer
from feynman.engines.student import Student
from feynman.observability.health import CheckResult
from feynman.resilience import FairLimit
from feynman.settings import Engine

__all__ = ["Engines"]

log = structlog.get_logger("feynman.container")

_TRIAL: Final = Timeouts(connect=5.0, first_token=30.0, between_tokens=15.0, whole=45.0)


class Engines:
    """Everything on the loop that built it; the properties may be read from anywhere."""

    def __init__(self, shared: Shared, choice: EngineChoice, vault: Vault, *, saved: bool) -> None:
        self.choice = choice
        self._saved = saved
        self._shared = shared
        self._vault = vault
        self._seats: dict[Engine, Seat] = {}
        self._server: tuple[Path, LocalServer] | None = None
        self._known: dict[tuple[str | None, str | None], Capabilities] = {}
        self._changing = asyncio.Lock()

    @classmethod
    async def open(cls, shared: Shared, choice: EngineChoice, vault: Vault) -> "Engines":
        """Return at once; a model that is at work gets ready behind it.

        ``choice`` counts unless another one was saved over the same settings.
        """
        saved = await asyncio.to_thread(vault.load, shared.settings)
        engines = cls(shared, choice if saved is None else saved, vault, saved=saved is not None)
        engines._sit_down()
        return engines

    @property
    def name(self) -> Engine:
        """The engine at work: the chosen one, or ``builtin`` while that lacks a setting."""
        return "builtin" if self.choice.missing is not None else self.choice.engine

    @property
    def names(self) -> tuple[Engine, ...]:
        """The engines that can be asked for."""
        return tuple(engine for engine in get_args(Engine) if self.choice.lacks(engine) is None)

    @property
    def budget(self) -> Budget:
        """What a learner may use in a day."""
        return self._shared.budget

    def note(self, learner_id: str, turn_id: str, usage: Usage) -> None:
        """Count a call of a model that was not made by a turn's student."""
        self._shared.note(learner_id, turn_id, usage)

    async def pick(self, engine: str | None) -> Student:
        """Return the student for one turn.

        Raises:
            EngineUnavailable: the engine is not among ``names``.
        """
        wanted = self.name if engine is None else engine
        known = next((name for name in self.names if name == wanted), None)
        if known is None:
            raise EngineUnavailable(f"the engines here are {', '.join(self.names)}")
        return self._shared.builtin if known == "builtin" else self._seat(known).student

    async def apply(self, choice: EngineChoice) -> None:
        """Let ``choice`` count from now on, also after a restart; turns that run are finished as they began.

        Raises:
            InvalidInput: it lacks what its engine needs.
            RecordsUnavailable: it can't be saved; nothing has changed.
        """
        if choice.missing is not None:
            raise InvalidInput(f"{choice.engine} needs {choice.missing}")
        async with self._changing:
            await asyncio.to_thread(self._vault.save, choice, self._shared.settings)
            self._saved = True
            await self._change(choice)

    async def reset(self) -> None:
        """Forget what was saved and use what the settings say."""
        async with self._changing:
            await asyncio.to_thread(self._vault.forget)
            self._saved = False
            await self._change(EngineChoice.of(self._shared.settings))

    async def test(self, choice: EngineChoice) -> Capabilities:
        """Find out what the ``openai`` endpoint of ``choice`` can do, with a handful of tiny requests.

        Raises:
            InvalidInput: there is no address to ask.
            ModelError: it can't be used.
        """
        lack = choice.lacks("openai")
        if lack is not None:
            raise InvalidInput(f"a connection needs {lack}")
        client = await self._shared.client()
        protection = Protection(limit=FairLimit(), attempts=1)
        line = Line(choice.endpoint(_TRIAL), client, protection=protection, meter=self._shared.metrics.models)
        await asyncio.to_thread(lambda: line.chat)
        found = await probe(line)
        self._known[choice.base_url, choice.model] = found
        return found

    def seated(self, engine: str) -> Seat | None:
        """The seat of an engine that has been at work."""
        return next((seat for name, seat in self._seats.items() if name == engine), None)

    @property
    def state(self) -> EngineState:
        """How the engine at work is."""
        seat = self.seated(self.name)
        lacks = self.choice.missing
        if seat is None:
            return EngineState(engine=self.name, lacks=lacks, well=lacks is None, saved=self._saved)
        return seat.state.model_copy(update={"saved": self._saved})

    def check(self) -> CheckResult:
        """How the engine at work is; no token is spent on it."""
        if self.choice.missing is not None:
            return CheckResult(status="degraded", detail=f"{self.choice.engine} lacks {self.choice.missing}")
        seat = self.seated(self.name)
        return CheckResult(status="healthy", detail="built-in") if seat is None else seat.check()

    async def look(self) -> CheckResult:
        """As ``check``, and whether the endpoint of a model answers: it is asked for its list, which costs nothing."""
        seat = self.seated(self.name)
        return self.check() if seat is None or self.choice.missing is not None else await seat.look()

    async def close(self) -> None:
        """Close what was opened."""
        await self._rise()
        if self._server is not None:
            await self._server[1].stop()
        await self._shared.close()

    async def _change(self, choice: EngineChoice) -> None:
        await self._rise()
        if self._server is not None and self._server[0] != choice.local_model:
            await self._server[1].stop()
            self._server = None
        self.choice = choice
        self._sit_down()

    async def _rise(self) -> None:
        seats, self._seats = self._seats, {}
        for seat in seats.values():
            await seat.close()

    def _sit_down(self) -> None:
        if self.choice.missing is not None:
            log.warning("engine_incomplete", engine=self.choice.engine, lacks=self.choice.missing)
        if self.name != "builtin":
            self._seat(self.name)

    def _seat(self, engine: Engine) -> Seat:
        seat = self._seats.get(engine)
        if seat is None:
            server = self._local() if engine == "local" else None
            known = self._known.get((self.choice.base_url, self.choice.model)) if engine == "openai" else None
            seat = Seat(engine, self.choice, self._shared, server=server, known=known)
            self._seats[engine] = seat
        return seat

    def _local(self) -> LocalServer:
        if self.choice.local_model is None:
            raise AssertionError("an engine that lacks its setting is not picked")
        if self._server is None:
            self._server = (self.choice.local_model, LocalServer(self.choice.local_model))
        return self._server[1]

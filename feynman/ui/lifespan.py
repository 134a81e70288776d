"""What runs before the first browser comes and after the last has gone."""

import asyncio
import importlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, NoReturn

from feynman.domain import ConfigurationError
from feynman.lifecycle import Application
from feynman.runtime import share_arenas
from feynman.settings import Settings
from feynman.ui.ending import Ending

__all__ = ["Lifespan", "lifespan", "serving"]

Lifespan = Callable[[object], AbstractAsyncContextManager[dict[str, Any]]]

# Streamlit imports these at the first chat message of a process: 0.6 s compiled, 3.2 s not (measured).
_LAZY_IMPORTS: Final = ("pandas", "pyarrow")


def serving(start: Callable[[], Application]) -> Lifespan:
    """Make a lifespan that keeps what ``start`` returns while Streamlit serves, and closes it in order."""

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[dict[str, Any]]:
        share_arenas()
        try:
            application = await asyncio.to_thread(start)
        except ConfigurationError as error:
            _leave(error)
        warming = asyncio.create_task(asyncio.to_thread(_import_lazily))
        try:
            with Ending(application.quiesce, application.shutdown_seconds).listening():
                yield {}
        finally:
            await asyncio.gather(warming, return_exceptions=True)
            await asyncio.to_thread(application.close)

    return lifespan


lifespan: Final = serving(lambda: Application.start(Settings.load()))


def _import_lazily() -> None:
    for name in _LAZY_IMPORTS:
        importlib.import_module(name)


def _leave(error: ConfigurationError) -> NoReturn:
    # An exception here, SystemExit too, comes out as two tracebacks of the server; the one sentence that helps
    # would be lost among them. Nothing has been started yet that would need closing.
    sys.stderr.write(f"Feynman can't start: {error}\n")
    sys.stderr.flush()
    os._exit(2)

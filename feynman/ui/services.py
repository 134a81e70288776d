"""How pages reach the parts of the process."""

from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from feynman.container import Container
from feynman.domain import ServiceUnavailable
from feynman.lifecycle import Application

__all__ = ["READ_SECONDS", "api_address", "container", "fetch"]

T = TypeVar("T")

# Twice SQLite's busy timeout of 5 s: what takes longer is broken, not busy.
READ_SECONDS: Final = 10.0


def container() -> Container:
    """Return the process's container.

    Raises:
        ConfigurationError: nothing has started it yet and it can't be started.
    """
    return Application.current().container


def api_address() -> str | None:
    """Return where the sidecar answers, ``None`` when there is none."""
    sidecar = Application.current().sidecar
    return None if sidecar is None else sidecar.url


def fetch(work: Coroutine[Any, Any, T]) -> T:
    """Run one use case and return its result.

    Raises:
        FeynmanError: as the use case raises it; ``ServiceUnavailable`` after ``READ_SECONDS``.
    """
    try:
        return container().loop.run(work, timeout=READ_SECONDS)
    except TimeoutError as error:
        raise ServiceUnavailable(f"no answer within {READ_SECONDS:g} seconds") from error

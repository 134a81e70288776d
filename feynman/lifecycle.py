"""The one application of a process: container and sidecar, started once, closed in order."""

from dataclasses import dataclass
from typing import Final

from feynman.container import BuiltinStudent, Container, MakeStudent
from feynman.runtime import anchor
from feynman.settings import Settings
from feynman.sidecar import Door, Sidecar, create_app, services_of

__all__ = ["Application"]

_NAME: Final = "application"
_SIDECAR_SECONDS: Final = 2.0
_PARTS_SECONDS: Final = 4.0
# However little time is set, turns that are nearly done are not cut off.
_LEAST_SECONDS: Final = 1.0


@dataclass(slots=True)
class Application:
    """A running Feynman; ``sidecar`` is ``None`` where only pages are wanted (page tests)."""

    container: Container
    sidecar: Sidecar | None

    @classmethod
    def start(cls, settings: Settings, *, sidecar: bool = True, student: MakeStudent = BuiltinStudent) -> "Application":
        """Start the process's application, or return it when it runs already.

        Raises:
            ConfigurationError: a setting is impossible; ``PortBusy`` when the sidecar's port is taken.
        """
        place = anchor(_NAME)
        with place.lock:
            if place.value is None:
                place.value = cls._start(settings, sidecar, student)
            running: Application = place.value
            return running

    @classmethod
    def current(cls) -> "Application":
        """The process's application; started from the environment when nothing has started it yet."""
        running: Application | None = anchor(_NAME).value
        return cls.start(Settings.load()) if running is None else running

    @property
    def shutdown_seconds(self) -> float:
        """How long ending may take."""
        return self.container.settings.shutdown_seconds

    def quiesce(self) -> None:
        """Take no turn and finish those that run; the sidecar answers, and is not ready, meanwhile."""
        self.container.quiesce(max(_LEAST_SECONDS, self.shutdown_seconds - _SIDECAR_SECONDS - _PARTS_SECONDS))

    def close(self) -> None:
        """Take no turn, finish those that run, stop serving, close the container; the next ``start`` begins anew.

        All within about ``shutdown_seconds``.
        """
        place = anchor(_NAME)
        with place.lock:
            self.quiesce()
            if self.sidecar is not None:
                self.sidecar.stop(_SIDECAR_SECONDS)
            self.container.close(_PARTS_SECONDS)
            if place.value is self:
                place.value = None

    @classmethod
    def _start(cls, settings: Settings, sidecar: bool, student: MakeStudent) -> "Application":  # noqa: FBT001 # private
        if not sidecar:
            return cls(Container.open(settings, student=student), None)
        # The port comes first: a second start must fail before it touches the first one's files.
        with Sidecar.bound(settings.sidecar_host, settings.sidecar_port) as server:
            container = Container.open(settings, student=student)
            try:
                server.start(create_app(services_of(container), door=Door.of(settings)))
            except BaseException:
                container.close()
                raise
        return cls(container, server)

"""Which student takes a turn."""

from typing import Protocol

from feynman.domain import EngineUnavailable
from feynman.engines.student import Student

__all__ = ["Only", "Students"]


class Students(Protocol):
    """The students there are."""

    @property
    def name(self) -> str:
        """The engine at work."""
        ...

    async def pick(self, engine: str | None) -> Student:
        """Return the student for one turn: of ``engine``, or, for ``None``, of the engine at work.

        Raises:
            EngineUnavailable: there is no such engine here.
        """
        ...


class Only:
    """One student for every turn."""

    def __init__(self, student: Student) -> None:
        self._student = student

    @property
    def name(self) -> str:
        """The student's name."""
        return self._student.name

    async def pick(self, engine: str | None) -> Student:
        """Return the student.

        Raises:
            EngineUnavailable: another one is asked for.
        """
        if engine is not None and engine != self.name:
            raise EngineUnavailable(f"the engine here is {self.name}")
        return self._student

"""What is shown when something did not work."""

from typing import Self

from feynman.domain import FeynmanError, Frozen, ServiceUnavailable, TextTooLong

__all__ = ["Problem"]


class Problem(Frozen):
    """An error as a page needs it.

    ``part`` is a health check's name, ``reference`` a trace id that finds it in the logs, ``turn_id`` the turn that
    it ended.
    """

    code: str
    detail: str = ""
    part: str | None = None
    reference: str | None = None
    turn_id: str | None = None
    length: int | None = None
    limit: int | None = None

    @classmethod
    def of(cls, error: FeynmanError, *, reference: str | None = None, turn_id: str | None = None) -> Self:
        """Return the problem that ``error`` is."""
        return cls(
            code=error.code,
            detail=str(error),
            part=error.part if isinstance(error, ServiceUnavailable) else None,
            reference=reference,
            turn_id=turn_id,
            length=error.length if isinstance(error, TextTooLong) else None,
            limit=error.limit if isinstance(error, TextTooLong) else None,
        )

    @property
    def params(self) -> dict[str, object]:
        """The numbers that its sentence needs."""
        known = {"length": self.length, "limit": self.limit}
        return {name: value for name, value in known.items() if value is not None}

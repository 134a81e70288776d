"""Why a tool gave nothing."""

from typing import Final, Literal, get_args

from feynman.domain import FeynmanError

__all__ = ["Reason", "ToolFailed"]

Reason = Literal[
    "timed_out", "unreachable", "rate_limited", "refused", "not_allowed", "too_large", "unusable", "unavailable"
]

_PASSING: Final = frozenset({"timed_out", "unreachable"})
_FAULTS: Final = frozenset(get_args(Reason)) - {"not_allowed"}


class ToolFailed(FeynmanError):
    """A tool could not do its work; it never leaves the toolbox, which tells the model in a sentence.

    ``detail`` is for the log and says nothing that a learner wrote. ``retry_after`` is in seconds.
    """

    def __init__(self, reason: Reason, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: Reason = reason
        self.detail = detail
        self.retry_after = retry_after

    @property
    def passing(self) -> bool:
        """Whether the same call may well succeed a moment later."""
        return self.reason in _PASSING

    @property
    def faulty(self) -> bool:
        """Whether the tool, and not the call, is to blame."""
        return self.reason in _FAULTS

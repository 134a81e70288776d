"""What resilience itself refuses."""

from feynman.domain import ServiceUnavailable

__all__ = ["CircuitOpen", "Overloaded"]


class CircuitOpen(ServiceUnavailable):
    """``part`` failed too often and is left alone; it may be tried again in ``retry_after`` seconds."""

    code = "circuit_open"

    def __init__(self, part: str, retry_after: float) -> None:
        super().__init__(f"{part} failed too often; next try in {retry_after:.1f} s")
        self.part = part
        self.retry_after = retry_after


class Overloaded(ServiceUnavailable):
    """As many calls wait already as may wait (``waiting``)."""

    code = "overloaded"

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} calls wait already")
        self.waiting = waiting

"""A clock that a test moves."""


class Clock:
    """Tells the time that was set."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.now

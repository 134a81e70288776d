"""Everything that can go wrong, as one tree.

FeynmanError
├── InvalidInput               the caller can mend it: nothing was stored
│   ├── EmptyText
│   ├── TextTooLong
│   ├── InvalidReference
│   ├── UnreadableFile
│   └── NotFound
├── ConfigurationError         a setting is unknown or has an impossible value
│   └── PortBusy
├── ServiceUnavailable         a part that the product needs does not answer
│   ├── RecordsUnavailable
│   └── MemoryUnavailable
├── EngineError                the student could not do its work
└── ShuttingDown               the process is closing and takes no new turns

Each class has a ``code``: the API returns it and ``feynman.i18n.messages`` turns it
into a sentence that says what happened and what to do.
"""

__all__ = [
    "ConfigurationError",
    "EmptyText",
    "EngineError",
    "FeynmanError",
    "InvalidInput",
    "InvalidReference",
    "MemoryUnavailable",
    "NotFound",
    "PortBusy",
    "RecordsUnavailable",
    "ServiceUnavailable",
    "ShuttingDown",
    "TextTooLong",
    "UnreadableFile",
]


class FeynmanError(Exception):
    """Base of all errors of this project; ``retryable`` says whether the same call may succeed later."""

    code = "internal"
    retryable = False


class InvalidInput(FeynmanError):
    """The caller sent something that can't be worked with."""

    code = "invalid"


class EmptyText(InvalidInput):
    """A text has no visible character."""

    code = "empty_text"


class TextTooLong(InvalidInput):
    """A text is longer than ``limit`` characters."""

    code = "text_too_long"

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"{length} characters, the limit is {limit}")
        self.length = length
        self.limit = limit


class InvalidReference(InvalidInput):
    """A reference has no usable key point."""

    code = "invalid_reference"


class UnreadableFile(InvalidInput):
    """A file has no text that can be read, or is of a kind that isn't read."""

    code = "unreadable_file"


class NotFound(InvalidInput):
    """No such session, turn, topic or memory for this learner."""

    code = "not_found"


class ConfigurationError(FeynmanError):
    """A setting is unknown or has an impossible value; the message names it."""

    code = "configuration"


class PortBusy(ConfigurationError):
    """Another process listens where the sidecar was told to."""

    code = "port_busy"


class ServiceUnavailable(FeynmanError):
    """A part that the product needs does not answer; ``part`` names it as ``/health`` does."""

    code = "unavailable"
    retryable = True
    part = "unknown"


class RecordsUnavailable(ServiceUnavailable):
    """The records database can't be opened, read or written."""

    code = "records_unavailable"
    part = "database"


class MemoryUnavailable(ServiceUnavailable):
    """The memory index can't be opened, read or written."""

    code = "memory_unavailable"
    part = "chroma"


class EngineError(FeynmanError):
    """The student failed while it was thinking."""

    code = "engine_failed"
    retryable = True


class ShuttingDown(FeynmanError):
    """The process is closing and takes no new turns."""

    code = "shutting_down"
    retryable = True

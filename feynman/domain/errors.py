"""Everything that can go wrong, as one tree.

FeynmanError
├── InvalidInput               the caller can mend it: nothing was stored
│   ├── EmptyText
│   ├── TextTooLong
│   ├── InvalidReference
│   ├── UnreadableFile
│   ├── EngineUnavailable
│   └── NotFound
├── ConfigurationError         a setting is unknown or has an impossible value
│   └── PortBusy
├── ServiceUnavailable         a part that the product needs does not answer
│   ├── RecordsUnavailable
│   └── MemoryUnavailable
├── EngineError                the student could not do its work
│   └── ModelError             the language model's endpoint; the built-in student takes over for the turn
│       ├── ModelUnauthorized      the key is wrong or missing
│       ├── ModelRejected          the endpoint does not know the model or refuses the request
│       ├── ModelRateLimited       too many requests or no credit left
│       ├── ModelUnreachable       nothing answers, or the connection broke
│       ├── ModelTimedOut          no answer in time
│       └── ModelAnswerUnusable    an answer that can't be read
├── BudgetSpent                the learner's model budget of the day is used up
└── ShuttingDown               the process is closing and takes no new turns

Each class has a ``code``: the API returns it and ``feynman.i18n.messages`` turns it
into a sentence that says what happened and what to do.
"""

__all__ = [
    "BudgetSpent",
    "ConfigurationError",
    "EmptyText",
    "EngineError",
    "EngineUnavailable",
    "FeynmanError",
    "InvalidInput",
    "InvalidReference",
    "MemoryUnavailable",
    "ModelAnswerUnusable",
    "ModelError",
    "ModelRateLimited",
    "ModelRejected",
    "ModelTimedOut",
    "ModelUnauthorized",
    "ModelUnreachable",
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


class EngineUnavailable(InvalidInput):
    """The engine asked for is not one that this installation has."""

    code = "engine_unavailable"


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
    """The records database can't be opened, read or written; not ``retryable`` when a person has to decide."""

    code = "records_unavailable"
    part = "database"

    def __init__(self, message: str = "", *, retryable: bool = True) -> None:
        super().__init__(message)
        self.retryable = retryable


class MemoryUnavailable(ServiceUnavailable):
    """The memory index can't be opened, read or written."""

    code = "memory_unavailable"
    part = "chroma"


class EngineError(FeynmanError):
    """The student failed while it was thinking."""

    code = "engine_failed"
    retryable = True


class ModelError(EngineError):
    """The language model could not be used."""

    code = "model_failed"


class ModelUnauthorized(ModelError):
    """The endpoint refuses the key (401, 403)."""

    code = "model_unauthorized"
    retryable = False


class ModelRejected(ModelError):
    """The endpoint does not know the model or can't work with the request (400, 404, 422)."""

    code = "model_rejected"
    retryable = False


class ModelRateLimited(ModelError):
    """The endpoint wants fewer requests (429); ``retry_after`` in seconds when it says so."""

    code = "model_rate_limited"

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ModelUnreachable(ModelError):
    """Nothing answers at the endpoint, it fails (5xx), or the connection broke."""

    code = "model_unreachable"


class ModelTimedOut(ModelError):
    """The endpoint did not answer, or stopped in the middle, for too long."""

    code = "model_timed_out"


class ModelAnswerUnusable(ModelError):
    """The model's answer is empty or in no form that can be read."""

    code = "model_answer_unusable"


class BudgetSpent(FeynmanError):
    """The learner has used up the day's budget of the language model."""

    code = "budget_spent"


class ShuttingDown(FeynmanError):
    """The process is closing and takes no new turns."""

    code = "shutting_down"
    retryable = True

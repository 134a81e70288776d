"""What can go wrong when the API is called.

ClientError
├── Unreachable            nothing answers, a gateway says so, or the connection broke before the answer
├── StreamBroken           the stream ended before its turn did, and could not be taken up again
├── Unreadable             the answer is none of this API's
└── Refused                the API answered with an error
    ├── Unauthorized           401: the token is missing or wrong
    ├── NotThere               404: no such session, turn or topic for this learner
    ├── TimedOut               408
    ├── TooLarge               413
    ├── Invalid                422: something to mend in the request
    ├── TooManyRequests        429
    └── Unavailable            5xx: an error on the other side; after a 503 it may work later
"""

from http import HTTPStatus
from typing import Final

import httpx
from pydantic import ValidationError

from feynman.domain import FeynmanError
from feynman.wire import ProblemBody

__all__ = [
    "ClientError",
    "Invalid",
    "NotThere",
    "Refused",
    "StreamBroken",
    "TimedOut",
    "TooLarge",
    "TooManyRequests",
    "Unauthorized",
    "Unavailable",
    "Unreachable",
    "Unreadable",
    "refusal",
]


class ClientError(FeynmanError):
    """Base of all errors of the client."""

    code = "client_error"


class Unreachable(ClientError):
    """Nothing answers, a gateway says so, or the connection broke before the answer."""

    code = "unreachable"
    retryable = True


class StreamBroken(ClientError):
    """The stream ended before its turn did; ``last_event_id`` takes it up again, ``None`` when nothing came."""

    code = "stream_broken"
    retryable = True

    def __init__(self, message: str, last_event_id: str | None) -> None:
        super().__init__(message)
        self.last_event_id = last_event_id


class Unreadable(ClientError):
    """The answer is none of this API's: another server, or a newer one."""

    code = "unreadable"


class Refused(ClientError):
    """The API answered with an error; ``retry_after`` is in seconds, ``None`` when it does not say."""

    def __init__(self, status: int, problem: ProblemBody, retry_after: float | None = None) -> None:
        super().__init__(f"{status} {problem.code}: {problem.detail}")
        self.status = status
        self.code = problem.code
        self.detail = problem.detail
        self.request_id = problem.request_id
        self.retry_after = retry_after
        self.retryable = status in _RETRYABLE


class Unauthorized(Refused):
    """The token is missing or wrong."""


class NotThere(Refused):
    """No such session, turn or topic for this learner."""


class TimedOut(Refused):
    """The answer took too long and was given up."""


class TooLarge(Refused):
    """The request is too large."""


class Invalid(Refused):
    """Something in the request is to be mended; nothing was stored."""


class TooManyRequests(Refused):
    """Too many requests, or the day's model budget is spent."""


class Unavailable(Refused):
    """An error on the other side."""


_RETRYABLE: Final = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
)
# What a proxy answers itself while nothing behind it does.
_GATEWAY: Final = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
_CLASSES: Final[dict[int, type[Refused]]] = {
    HTTPStatus.UNAUTHORIZED: Unauthorized,
    HTTPStatus.NOT_FOUND: NotThere,
    HTTPStatus.REQUEST_TIMEOUT: TimedOut,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TooLarge,
    HTTPStatus.UNPROCESSABLE_ENTITY: Invalid,
    HTTPStatus.TOO_MANY_REQUESTS: TooManyRequests,
}


def refusal(answer: httpx.Response) -> ClientError:
    """The error that an answer, read to its end, stands for."""
    try:
        problem = ProblemBody.model_validate_json(answer.content)
    except ValidationError:
        if answer.status_code in _GATEWAY:
            return Unreachable(f"{answer.status_code} from a gateway")
        return Unreadable(f"{answer.status_code} without a problem of this API")
    kind = Unavailable if answer.is_server_error else _CLASSES.get(answer.status_code, Refused)
    wait = answer.headers.get("retry-after", "")
    return kind(answer.status_code, problem, float(wait) if wait.isdecimal() else None)

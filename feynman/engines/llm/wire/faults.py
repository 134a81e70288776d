"""What the libraries raise, as this project's errors."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import httpx2
import openai
from langchain.agents.structured_output import StructuredOutputError
from langsmith import tracing_context

from feynman.domain import (
    ModelAnswerUnusable,
    ModelError,
    ModelRateLimited,
    ModelRejected,
    ModelTimedOut,
    ModelUnauthorized,
    ModelUnreachable,
)

__all__ = ["retry_after", "translated"]

# What langchain and openai raise on answers that are JSON but no completion, on no JSON and on invalid UTF-8 (tests
# produce each of them).
_UNREADABLE: Final = (
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    StructuredOutputError,
    openai.LengthFinishReasonError,
    openai.ContentFilterFinishReasonError,
    openai.APIResponseValidationError,
)


@contextmanager
def translated() -> Iterator[None]:
    """Turn whatever a model call raises into a ``ModelError``; no message carries text of the call or of the answer.

    Raises:
        ModelError: the call failed.
    """
    try:
        with tracing_context(enabled=False):  # LANGSMITH_TRACING would send every text to a third party
            yield
    except _UNREADABLE as error:
        raise ModelAnswerUnusable(f"the answer can't be read ({type(error).__name__})") from error
    except (openai.APITimeoutError, httpx2.TimeoutException, TimeoutError) as error:
        raise ModelTimedOut("no answer in time") from error
    except openai.APIStatusError as error:
        raise _by_status(error) from error
    except (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
        raise ModelUnreachable(f"no connection, or it broke ({type(error).__name__})") from error


def _by_status(error: openai.APIStatusError) -> ModelError:
    status = error.status_code
    said = f"HTTP {status}"
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return ModelUnauthorized(said)
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.PAYMENT_REQUIRED):  # DeepSeek: 402, no credit left
        return ModelRateLimited(said, retry_after(error.response.headers.get("retry-after")))
    if status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT):
        return ModelTimedOut(said)
    return ModelUnreachable(said) if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ModelRejected(said)


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks to wait; it holds seconds or a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        pass
    else:
        return max(0.0, seconds) if math.isfinite(seconds) else None
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    zoned = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return max(0.0, (zoned - (now or datetime.now(UTC))).total_seconds())

"""What may never stand in a log line: the learner's words, secrets, and whatever might contain them."""

import sys
import traceback
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import PurePath
from types import TracebackType
from typing import Any, Final
from uuid import UUID

from structlog.typing import EventDict

from feynman.domain import FeynmanError

__all__ = ["FORBIDDEN", "drop_private", "plain_exception", "traceback_without_messages"]

FORBIDDEN: Final = frozenset(
    {
        "analogy",
        "answer",
        "api_key",
        "api_token",
        "authorization",
        "belief",
        "body",
        "claim",
        "completion",
        "content",
        "conversation_history",
        "detail",
        "explanation",
        "gap",
        "history",
        "input",
        "key_points",
        "memory",
        "message",
        "messages",
        "nickname",
        "output",
        "password",
        "point",
        "points",
        "prompt",
        "query",
        "question",
        "questions",
        "quote",
        "reason",
        "reference",
        "reply",
        "secret",
        "short_term_memory",
        "text",
        "token",
        "topic",
    }
)

_MAX_CHAIN: Final = 5


def drop_private(logger: object, method: str, event: EventDict) -> EventDict:
    """Remove every forbidden key at any depth, unless it is a number (a count says nothing private).

    An object that is no plain value becomes its type's name.
    """
    del logger, method
    kept = {
        key: value if key.startswith("_") else _plain(value) for key, value in event.items() if _allowed(key, value)
    }
    event.clear()
    event.update(kept)
    return event


def plain_exception(logger: object, method: str, event: EventDict) -> EventDict:
    """Turn ``exc_info`` into an ``exception`` text without the messages of foreign exceptions."""
    del logger, method
    error = _exception(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = traceback_without_messages(error)
    return event


def traceback_without_messages(error: BaseException) -> str:
    """Say where ``error`` and its causes came from.

    A foreign exception's message may repeat its input (pydantic's and SQLAlchemy's do), so only our own errors
    and the operating system's keep theirs.
    """
    return "\nfrom:\n".join(f"{_frames(link)}{_name(link)}" for link in _chain(error))


def _allowed(key: object, value: object) -> bool:
    return isinstance(value, int | float) or not isinstance(key, str) or key.lower() not in FORBIDDEN


def _plain(value: object) -> Any:  # noqa: ANN401 (the values of a log line have no common type)
    if value is None or isinstance(value, str | int | float | date | UUID | PurePath):
        return value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items() if _allowed(key, item)}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return f"<{type(value).__name__}>"


def _exception(exc_info: object) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exc_info()[1] if exc_info else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    for _ in range(_MAX_CHAIN):
        if link is None:
            return
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _frames(error: BaseException) -> str:
    trace: TracebackType | None = error.__traceback__
    return "".join(traceback.format_tb(trace))


def _name(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{kind}: {error}" if isinstance(error, FeynmanError | OSError) else kind

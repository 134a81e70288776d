"""Requests and answers without a connection: what both clients share."""

from collections.abc import Sequence
from typing import Any, Final, Literal, TypedDict, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from feynman.client.errors import Unreadable, refusal
from feynman.domain import Language
from feynman.wire import MemoryEntry

__all__ = [
    "ADDRESS",
    "ChatOptions",
    "CheckAnswer",
    "Health",
    "also",
    "chat_body",
    "headers_of",
    "memorize_body",
    "read",
    "timeout_of",
    "with_address",
]

T = TypeVar("T", bound=BaseModel)
H = TypeVar("H", httpx.Client, httpx.AsyncClient)

ADDRESS: Final = "http://127.0.0.1:8600"

_CONNECT_SECONDS: Final = 5.0
_UNHEALTHY: Final = 503


class ChatOptions(TypedDict, total=False):
    """What may be said with an explanation; ``POST /chat`` in the API's document describes each."""

    session_id: str | None
    learner_id: str | None
    language: Language | None
    short_term_memory: Sequence[MemoryEntry]
    reference: dict[str, Any] | None
    engine: Literal["builtin", "openai", "local"] | None


class CheckAnswer(BaseModel):
    """How one part is; ``detail`` is empty without the token."""

    status: Literal["healthy", "degraded", "unhealthy"]
    detail: str = ""
    seconds: float


class Health(BaseModel):
    """How all parts are."""

    status: Literal["healthy", "degraded", "unhealthy"]
    checks: dict[str, CheckAnswer]
    uptime_seconds: float


def chat_body(topic: str, explanation: str, options: ChatOptions) -> dict[str, Any]:
    """The body of ``/chat`` and ``/chat/stream``."""
    memory = _lines(options.get("short_term_memory", ()))
    return {**options, "topic": topic, "explanation": explanation, "short_term_memory": memory}


def memorize_body(
    topic: str, history: Sequence[MemoryEntry], session_id: str | None, learner_id: str | None
) -> dict[str, Any]:
    """The body of ``/memorize``."""
    return {
        "topic": topic,
        "conversation_history": _lines(history),
        "session_id": session_id,
        "learner_id": learner_id,
    }


def headers_of(token: str | None) -> httpx.Headers:
    """The headers of every request; a token may have any character, as the server compares UTF-8."""
    return httpx.Headers({} if token is None else {"Authorization": f"Bearer {token}"}, encoding="utf-8")


def also(headers: httpx.Headers, name: str, value: str | None) -> httpx.Headers:
    """``headers`` and one more, if it has a value."""
    more = headers.copy()
    if value is not None:
        more[name] = value
    return more


def with_address(http: H) -> H:
    """Return an ``httpx`` client of the caller's.

    Raises:
        ValueError: it has no ``base_url``, without which nobody knows whom to call.
    """
    if not http.base_url.is_absolute_url:
        raise ValueError("http has no base_url; build it with one, like httpx.Client(base_url=...)")
    return http


def timeout_of(seconds: float) -> httpx.Timeout:
    """``seconds`` for an answer, less for a connection."""
    return httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))


def read(model: type[T], answer: httpx.Response) -> T:
    """Read an answer.

    Raises:
        Refused: it is an error.
        Unreadable: it is none of this API's.
    """
    if not answer.is_success and not (model is Health and answer.status_code == _UNHEALTHY):
        raise refusal(answer)
    try:
        return model.model_validate_json(answer.content)
    except ValidationError as error:
        raise Unreadable(f"an answer that is no {model.__name__}") from error


def _lines(memory: Sequence[MemoryEntry]) -> list[dict[str, Any]]:
    return [line.model_dump() for line in memory]

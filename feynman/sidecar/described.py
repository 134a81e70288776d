"""What the OpenAPI document says about answers beyond their models."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from feynman.wire import ProblemBody

__all__ = ["EXAMPLES", "METRICS", "MONITORING_PROBLEMS", "PROBLEMS", "STREAM"]

Responses = dict[int | str, dict[str, Any]]

_JSON: Final = "application/json"
_ID: Final = "9f2c4e"
_WAIT: Final = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 0}}}


def _problem(description: str, code: str, detail: str, headers: Mapping[str, Any] | None = None) -> dict[str, Any]:
    example = {"detail": detail, "code": code, "request_id": _ID}
    shown = {"model": ProblemBody, "description": description, "content": {_JSON: {"example": example}}}
    return shown if headers is None else {**shown, "headers": headers}


MONITORING_PROBLEMS: Final[Responses] = {
    401: _problem("The bearer token is missing or wrong", "unauthorized", "send the bearer token of this installation"),
    408: _problem("The body did not come in time", "timeout", "the body did not come within 30 seconds"),
    413: _problem("The body is too large", "too_large", "the body may have 4194304 bytes"),
    421: _problem("Another server's name", "wrong_host", "this server does not answer to that host name"),
    429: _problem("Too many requests", "too_many", "too many requests; try again in 12 s", _WAIT),
    500: _problem("An error on our side", "internal", "Something went wrong on our side. Please try again."),
}

PROBLEMS: Final[Responses] = {
    **MONITORING_PROBLEMS,
    408: _problem("Over time", "timeout", "no answer within 120 seconds"),
    404: _problem("No such session, turn or topic for this learner", "not_found", "no such session"),
    422: _problem("Something to mend in the request; nothing was stored", "empty_text", "the text is empty"),
    503: _problem(
        "A part does not answer, or the process is closing; try again",
        "records_unavailable",
        "The database with the conversations can't be read or written right now.",
        {"Retry-After": {**_WAIT["Retry-After"], "description": "Seconds to wait, where that is known"}},
    ),
}

# Of one event: a stream as a whole has no schema before OpenAPI 3.2.
_EVENT: Final = {
    "type": "object",
    "properties": {
        "event": {"type": "string"},
        "data": {"type": "string", "contentMediaType": _JSON},
        "id": {"type": "string"},
    },
    "required": ["data"],
}
_SEED: Final = 'data: "Hm. "\n\ndata: "Why does a stone sink?"\n\ndata: "[END_OF_STREAM]"\n\n'
_EVENTS: Final = (
    'event: stage_started\ndata: {"kind": "stage_started", "stage": "reading", "turn_id": "5e1f"}\n'
    "id: 5e1f.0a1b.1.my-lesson\n\n"
    ": ping\n\n"
    'event: text_delta\ndata: {"kind": "text_delta", "text": "Hm. "}\nid: 5e1f.0a1b.2.my-lesson\n\n'
)
_IDS: Final = {
    name: {"description": description, "schema": {"type": "string"}}
    for name, description in (
        ("X-Session-ID", "Continues the conversation as `session_id`"),
        ("X-Learner-ID", "Whose session it is"),
        ("X-Turn-ID", "This turn"),
    )
}

STREAM: Final[Responses] = {
    200: {
        "description": "Server-sent events while the turn runs",
        "headers": _IDS,
        "content": {
            "text/event-stream": {
                "schema": _EVENT,
                "examples": {
                    "the seed's protocol": {"value": _SEED},
                    "events=all": {"value": _EVENTS},
                },
            }
        },
    },
    204: {"description": "Nothing came after `Last-Event-ID`: the turn is complete"},
}

METRICS: Final[Responses] = {
    200: {
        "description": "Prometheus' text format",
        "content": {"text/plain": {"schema": {"type": "string"}, "example": "api_active_connections 1.0\n"}},
    }
}

# Nothing in it is null: the document's writer leaves such fields out, and an example without them would be wrong.
_POINT: Final = "What is heavier than the water it pushes aside sinks."
_CHAT: Final = {
    "questions": ["Why does a ship of iron not sink?"],
    "help": "question",
    "reply": "Hm, heavy things sink. Why does a ship of iron not sink?",
    "session_id": "my-lesson",
    "learner_id": "api-5c1d",
    "turn_id": "5e1f",
    "language": "en",
    "short_term_memory": [
        {"role": "user", "content": "Heavy things sink."},
        {"role": "assistant", "content": "Hm, heavy things sink. Why does a ship of iron not sink?"},
    ],
    "gaps": [
        {
            "id": "g1",
            "kind": "factual_error",
            "quote": "Heavy things sink.",
            "start": 0,
            "end": 18,
            "point_index": 0,
            "point": _POINT,
            "reason": "This doesn't seem to fit the facts.",
            "confidence": 0.9,
            "severity": 3,
            "status": "open",
        }
    ],
    "resolved": [],
    "coverage": [{"index": 0, "point": _POINT, "status": "contradicted", "score": 0.1, "quote": "Heavy things sink."}],
    "reference_points": [{"index": 0, "text": _POINT, "start": 0, "end": 53}],
    "notices": [],
    "engine": "builtin",
    "degraded": False,
    "usage": {},
    "timings": {"checking": 0.04},
}
_QUEUED: Final = {"status": "queued", "job_id": "q1w2", "session_id": "my-lesson", "learner_id": "api-5c1d"}

EXAMPLES: Final[Mapping[str, Responses]] = MappingProxyType(
    {
        "chat": {200: {"content": {_JSON: {"example": _CHAT}}}},
        "memorize": {202: {"content": {_JSON: {"example": _QUEUED}}}},
    }
)

"""Errors as answers: always ``{"detail", "code", "request_id"}``."""

import math
from collections.abc import Mapping
from typing import Final
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from feynman.domain import FeynmanError, InvalidInput, clean_text
from feynman.i18n.messages import explain_error
from feynman.observability.tracing import trace_id
from feynman.sidecar.headers import SECURITY_HEADERS
from feynman.wire import ProblemBody

__all__ = ["TurnUnfinished", "handle_problems", "not_http", "problem", "request_id_of", "unexpected"]

log = structlog.get_logger("feynman.sidecar")

_INTERNAL: Final = "internal"
_CODES: Final[Mapping[int, str]] = {404: "not_found", 405: "method_not_allowed", 408: "timeout", 499: "client_gone"}
_STATUS: Final[Mapping[str, int]] = {
    "invalid": 422,
    "empty_text": 422,
    "text_too_long": 422,
    "invalid_reference": 422,
    "unreadable_file": 422,
    "engine_unavailable": 422,
    "not_found": 404,
    "unavailable": 503,
    "records_unavailable": 503,
    "memory_unavailable": 503,
    "engine_failed": 503,
    "model_failed": 503,
    "model_unauthorized": 503,
    "model_rejected": 503,
    "model_rate_limited": 503,
    "model_unreachable": 503,
    "model_timed_out": 503,
    "model_answer_unusable": 503,
    "model_loading": 503,
    "circuit_open": 503,
    "overloaded": 503,
    "budget_spent": 429,
    "interrupted": 503,
    "shutting_down": 503,
    "configuration": 500,
    "port_busy": 500,
    _INTERNAL: 500,
}
_MAX_PROBLEMS: Final = 3
_MAX_DETAIL: Final = 500


class TurnUnfinished(FeynmanError):
    """A turn ended in failure; ``code`` is the turn's."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the turn failed: {code}")
        self.code = code


def problem(
    scope: Scope, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Build the answer for an error; ``detail`` is cut and cleaned, so it may repeat a caller's field names.

    ``X-Trace-ID`` says under which trace it is to be found.
    """
    trace = trace_id()
    headers = {**(headers or {}), **({} if trace is None else {"X-Trace-ID": trace})}
    body = ProblemBody(detail=clean_text(detail)[:_MAX_DETAIL], code=code, request_id=request_id_of(scope))
    return JSONResponse(body.model_dump(), status, headers)


def request_id_of(scope: Scope) -> str:
    """The request's id, empty before it has one."""
    return str(scope.get("state", {}).get("request_id", ""))


def handle_problems(app: FastAPI) -> None:
    """Answer every error of ``app`` as a problem."""
    app.add_exception_handler(FeynmanError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    code = error.code if isinstance(error, FeynmanError) else _INTERNAL
    status = _STATUS.get(code, 500)
    if not isinstance(error, InvalidInput):
        log.warning("request_refused", code=code, status=status, why=str(error))
    detail = str(error) if isinstance(error, InvalidInput) else explain_error(code, "en")
    return problem(request.scope, status, code, detail, _wait(error))


def _wait(error: Exception) -> dict[str, str]:
    seconds = getattr(error, "retry_after", None)
    return {} if seconds is None else {"Retry-After": str(math.ceil(seconds))}


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in problems[:_MAX_PROBLEMS])
    return problem(request.scope, 422, InvalidInput.code, told)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 (Starlette looks handlers up by class)
    # 400 is FastAPI's word for a body that is no JSON at all.
    status = 422 if error.status_code == 400 else error.status_code  # noqa: PLR2004 (a status)
    code = _CODES.get(status, InvalidInput.code)
    return problem(request.scope, status, code, str(error.detail), error.headers)


def unexpected(scope: Scope, error: Exception) -> JSONResponse:
    """Build the answer for a bug, with the headers of all middleware: it may have come about outside them."""
    log.error("request_failed", request_id=request_id_of(scope), exc_info=error)
    headers = {**SECURITY_HEADERS, "X-Request-ID": request_id_of(scope), "Connection": "close"}
    return problem(scope, 500, _INTERNAL, explain_error(_INTERNAL, "en"), headers)


def not_http(detail: str) -> JSONResponse:
    """Build the answer for bytes that are no request: no middleware sees them."""
    scope: Scope = {"state": {"request_id": uuid4().hex}}
    headers = {**SECURITY_HEADERS, "X-Request-ID": request_id_of(scope)}
    return problem(scope, 400, "not_http", detail, headers)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    return unexpected(request.scope, error)

"""The ASGI application."""

from collections.abc import Iterator
from typing import Final

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import feynman
from feynman.domain import ConfigurationError
from feynman.resilience.rates import CallerLimit
from feynman.sidecar.document import Api
from feynman.sidecar.door import Door
from feynman.sidecar.middleware import (
    BodyLimit,
    HostGuard,
    RateLimit,
    RequestContext,
    RequestMeter,
    TokenCheck,
    TokenGuard,
    Unexpected,
)
from feynman.sidecar.middleware.access import is_loopback
from feynman.sidecar.problems import handle_problems
from feynman.sidecar.routes import chat_routes, monitoring_routes
from feynman.sidecar.services import SidecarServices
from feynman.sidecar.streaming import PACE, Pace
from feynman.sidecar.telemetry import TELEMETRY

__all__ = ["create_app"]

# A reference of 200,000 characters, an explanation of 20,000 and a topic, each written as the two \\uXXXX escapes of a
# rare character: 12 bytes. That is 2.6 MB, which leaves room for the conversation so far.
_MAX_BODY: Final = 4 * 1024 * 1024
_BODY_SECONDS: Final = 30.0
_TURN_SECONDS: Final = 120.0
_DOOR: Final = Door()
_ASKED_HEADERS: Final = ("Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "X-Request-ID")
_TOLD_HEADERS: Final = ("Retry-After", "X-Learner-ID", "X-Request-ID", "X-Session-ID", "X-Trace-ID", "X-Turn-ID")


def create_app(
    services: SidecarServices,
    *,
    door: Door = _DOOR,
    max_body: int = _MAX_BODY,
    body_seconds: float = _BODY_SECONDS,
    turn_seconds: float = _TURN_SECONDS,
    pace: Pace = PACE,
) -> FastAPI:
    """Build the API on ``services``; ``door`` says who comes in.

    Bodies are limited in bytes and seconds, turns in seconds.

    Raises:
        ConfigurationError: others than this machine can reach the address and no token is set, or it is blank.
    """
    _refuse_open_door(services)
    app = Api(
        lambda: services.engines,
        title="Feynman",
        description="Explain a topic to a student who finds out what is missing.",
        version=feynman.__version__,
        docs_url=None,
        redoc_url=None,
        telemetry=TELEMETRY,
        middleware=[
            *_guards(services, door),
            Middleware(BodyLimit, size=max_body, seconds=body_seconds),
        ],
    )
    handle_problems(app)
    app.include_router(chat_routes(services, turn_seconds=turn_seconds, pace=pace))
    app.include_router(monitoring_routes(services))
    return app


def _guards(services: SidecarServices, door: Door) -> Iterator[Middleware]:
    """What a request passes before its body is read, in this order."""
    token = TokenCheck(services.token)
    if door.proxies:
        yield Middleware(ProxyHeadersMiddleware, trusted_hosts=list(door.proxies))
    yield Middleware(RequestContext)
    yield Middleware(RequestMeter, metrics=services.metrics)
    yield Middleware(HostGuard, host=services.host)
    if door.origins:
        # A browser asks whether it may before it sends the token.
        yield Middleware(
            CORSMiddleware,
            allow_origins=door.origins,
            allow_methods=("GET", "POST"),
            allow_headers=_ASKED_HEADERS,
            expose_headers=_TOLD_HEADERS,
        )
    yield Middleware(Unexpected)
    if door.per_minute:
        yield Middleware(RateLimit, limit=CallerLimit(door.per_minute), token=token)
    yield Middleware(TokenGuard, token=token)


def _refuse_open_door(services: SidecarServices) -> None:
    if services.token is not None and not services.token.get_secret_value().strip():
        raise ConfigurationError("FEYNMAN_API_TOKEN is blank; set a token or leave it out")
    if services.token is None and not is_loopback(services.host):
        raise ConfigurationError(
            f"FEYNMAN_SIDECAR_HOST={services.host} can be reached by others: set FEYNMAN_API_TOKEN to a long random "
            "text, or FEYNMAN_SIDECAR_HOST to 127.0.0.1"
        )

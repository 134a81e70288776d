"""The ASGI application."""

from typing import Final

from fastapi import FastAPI
from starlette.middleware import Middleware

import feynman
from feynman.domain import ConfigurationError
from feynman.sidecar.middleware import BodyLimit, HostGuard, RequestContext, RequestMeter, TokenGuard
from feynman.sidecar.middleware.access import is_loopback
from feynman.sidecar.problems import handle_problems
from feynman.sidecar.routes import chat_routes, monitoring_routes
from feynman.sidecar.services import SidecarServices

__all__ = ["create_app"]

_MAX_BODY: Final = 1024 * 1024
_BODY_SECONDS: Final = 30.0
_TURN_SECONDS: Final = 120.0


def create_app(
    services: SidecarServices,
    *,
    max_body: int = _MAX_BODY,
    body_seconds: float = _BODY_SECONDS,
    turn_seconds: float = _TURN_SECONDS,
) -> FastAPI:
    """Build the API on ``services``; bodies are limited in bytes and seconds, turns in seconds.

    Raises:
        ConfigurationError: others than this machine can reach the address and no token is set, or it is blank.
    """
    _refuse_open_door(services)
    app = FastAPI(
        title="Feynman",
        description="Explain a topic to a student who finds out what is missing.",
        version=feynman.__version__,
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(RequestContext),
            Middleware(RequestMeter, metrics=services.metrics),
            Middleware(HostGuard, host=services.host),
            Middleware(TokenGuard, token=services.token),
            Middleware(BodyLimit, size=max_body, seconds=body_seconds),
        ],
    )
    handle_problems(app)
    app.include_router(chat_routes(services, turn_seconds=turn_seconds))
    app.include_router(monitoring_routes(services))
    return app


def _refuse_open_door(services: SidecarServices) -> None:
    if services.token is not None and not services.token.get_secret_value().strip():
        raise ConfigurationError("FEYNMAN_API_TOKEN is blank; set a token or leave it out")
    if services.token is None and not is_loopback(services.host):
        raise ConfigurationError(
            f"FEYNMAN_SIDECAR_HOST={services.host} can be reached by others: set FEYNMAN_API_TOKEN to a long random "
            "text, or FEYNMAN_SIDECAR_HOST to 127.0.0.1"
        )

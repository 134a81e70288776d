"""The endpoints."""

import asyncio
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import WithJsonSchema

from feynman.observability import CheckResult, HealthReport
from feynman.sidecar.chat import answer
from feynman.sidecar.connection import while_connected
from feynman.sidecar.described import EXAMPLES, METRICS, MONITORING_PROBLEMS, PROBLEMS, STREAM
from feynman.sidecar.docs import docs_page
from feynman.sidecar.memorizing import memorize
from feynman.sidecar.middleware.access import is_trusted
from feynman.sidecar.schemas import ChatRequest, MemorizeRequest
from feynman.sidecar.services import SidecarServices
from feynman.sidecar.stream import Streams
from feynman.sidecar.streaming import PACE, Pace, TurnStream
from feynman.wire import ChatResponse, MemorizeResponse, ReadyBody, StreamId

__all__ = ["chat_routes", "monitoring_routes"]

_UNHEALTHY: Final = "unhealthy"

_KEY: Final = r"^[\x21-\x7e]{1,255}$"

# A query or a header has no null, whatever the annotation's own schema would say.
Wish = Annotated[Literal["all"] | None, Query(), WithJsonSchema({"type": "string", "enum": ["all"]})]
Place = Annotated[str | None, Header(alias="Last-Event-ID"), WithJsonSchema({"type": "string"})]
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", pattern=_KEY),
    WithJsonSchema({"type": "string", "pattern": _KEY}),
]


def chat_routes(services: SidecarServices, *, turn_seconds: float, pace: Pace = PACE) -> APIRouter:
    """``POST /chat``, ``/chat/stream`` and ``/memorize``; a stream may be silent for ``turn_seconds``."""
    router = APIRouter(responses=PROBLEMS, tags=["lessons"])
    streams = Streams(services, silence=turn_seconds, pace=pace)

    @router.post("/chat", responses=EXAMPLES["chat"])
    async def chat(request: Request, body: ChatRequest) -> ChatResponse:
        """Explain a topic; the student answers with what it did not understand and one question."""
        return await while_connected(request, answer(services, body), seconds=turn_seconds)

    @router.post("/chat/stream", status_code=200, response_class=TurnStream, response_model=None, responses=STREAM)
    async def chat_stream(
        request: Request,
        body: ChatRequest,
        events: Wish = None,
        last_event_id: Place = None,
    ) -> Response:
        """The same while it happens, as server-sent events. Closing the connection stops the turn.

        By default each piece of the reply comes as `data: "<json string>"` and the whole reply ends with
        `data: "[END_OF_STREAM]"`; a turn that fails on the way ends with a sentence that says so, as
        `event: turn_failed`, and without that mark.

        With `events=all` everything that happens comes as an event with a name, an id and JSON: the last one is
        `turn_completed` or `turn_failed`. Sending the same body with the id of the last event seen as `Last-Event-ID`
        tells the rest of a completed turn (204: there is none). A turn that was stopped, because its client was
        gone, or failed runs again on the words stored then; it begins with `turn_restarted`: forget what was told
        of it before.
        """
        if events is None:
            told = streams.tokens(body)
        elif last_event_id is None:
            told = streams.events(body)
        else:
            told = streams.resume(body, StreamId.parse(last_event_id))
        return await while_connected(request, told, seconds=turn_seconds)

    @router.post("/memorize", status_code=202, responses=EXAMPLES["memorize"])
    async def remember(request: Request, body: MemorizeRequest, idempotency_key: Key = None) -> MemorizeResponse:
        """Keep a conversation that took place elsewhere; it is stored when this answers and remembered soon after."""
        return await while_connected(request, memorize(services, body, idempotency_key), seconds=turn_seconds)

    return router


def monitoring_routes(services: SidecarServices) -> APIRouter:
    """Health, metrics and the page about the API."""
    router = APIRouter(responses=MONITORING_PROBLEMS, tags=["operation"])

    @router.get("/health", response_model=HealthReport, responses={503: {"model": HealthReport}})
    async def health(request: Request) -> JSONResponse:
        """Answer 200, or 503 when a part is unhealthy, with one entry per check (details only with the token)."""
        report = await services.health()
        shown = report if is_trusted(request.scope) else _bare(report)
        return JSONResponse(shown.model_dump(), 503 if report.status == _UNHEALTHY else 200)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        """Answer as long as the process serves requests at all."""
        return {"status": "alive"}

    @router.get("/health/ready", response_model=ReadyBody, responses={503: {"model": ReadyBody}})
    async def ready() -> JSONResponse:
        """Answer 200 when turns are taken, else 503: while starting, while closing, or when a vital part is ill."""
        report = await services.health()
        return JSONResponse({"status": report.status}, 503 if report.status == _UNHEALTHY else 200)

    @router.get("/metrics", response_class=Response, responses=METRICS)
    async def metrics() -> Response:
        """Everything counted, in Prometheus' text format."""
        # Ten milliseconds when all labels are in use: not on the loop that streams.
        text = await asyncio.to_thread(services.metrics.render)
        return Response(text, headers={"Content-Type": services.metrics.content_type})

    @router.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        """Show the API."""
        return HTMLResponse(docs_page(request.app.openapi()))

    return router


def _bare(report: HealthReport) -> HealthReport:
    checks = {name: CheckResult(status=check.status, seconds=check.seconds) for name, check in report.checks.items()}
    return report.model_copy(update={"checks": checks})

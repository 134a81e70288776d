"""The endpoints."""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from feynman.observability import CheckResult, HealthReport
from feynman.sidecar.chat import answer
from feynman.sidecar.connection import while_connected
from feynman.sidecar.docs import docs_page
from feynman.sidecar.middleware.access import is_trusted
from feynman.sidecar.schemas import ChatRequest, ChatResponse, ProblemBody
from feynman.sidecar.services import SidecarServices

__all__ = ["chat_routes", "monitoring_routes"]

_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    401: {"model": ProblemBody, "description": "The bearer token is missing or wrong"},
    404: {"model": ProblemBody, "description": "No such session or topic for this learner"},
    408: {"model": ProblemBody, "description": "Over time"},
    413: {"model": ProblemBody, "description": "The body is too large"},
    422: {"model": ProblemBody, "description": "Invalid"},
    500: {"model": ProblemBody, "description": "An error on our side"},
    503: {"model": ProblemBody, "description": "A part does not answer; try again"},
}
_UNHEALTHY: Final = "unhealthy"


def chat_routes(services: SidecarServices, *, turn_seconds: float) -> APIRouter:
    """``POST /chat``."""
    router = APIRouter(responses=_PROBLEMS)

    @router.post("/chat")
    async def chat(request: Request, body: ChatRequest) -> ChatResponse:
        """Explain a topic; the student answers with what it did not understand and one question."""
        return await while_connected(request, answer(services, body), seconds=turn_seconds)

    return router


def monitoring_routes(services: SidecarServices) -> APIRouter:
    """Health, metrics and the page about the API."""
    router = APIRouter()

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

    @router.get("/health/ready", responses={503: {"description": "Not ready"}})
    async def ready() -> JSONResponse:
        """Answer 200 when turns can be taken, else 503."""
        report = await services.health()
        return JSONResponse({"status": report.status}, 503 if report.status == _UNHEALTHY else 200)

    @router.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        """Everything counted, in Prometheus' text format."""
        return Response(services.metrics.render(), headers={"Content-Type": services.metrics.content_type})

    @router.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        """Show the API."""
        return HTMLResponse(docs_page(request.app.openapi()))

    return router


def _bare(report: HealthReport) -> HealthReport:
    checks = {name: CheckResult(status=check.status, seconds=check.seconds) for name, check in report.checks.items()}
    return report.model_copy(update={"checks": checks})

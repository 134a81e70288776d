"""Structured logs: one line per event on stderr, ours and the libraries' in the same format."""

import logging
import sys
from contextlib import AbstractContextManager
from typing import Final, Literal, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

from feynman.observability.redaction import drop_private, plain_exception
from feynman.observability.tracing import add_trace_ids

__all__ = ["LogFormat", "LogLevel", "adopt", "bind", "configure"]

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
LogFormat = Literal["json", "console"]

_HANDLER: Final = "feynman"
# These attach handlers of their own; Streamlit and its uvicorn one to every logger.
_LIBRARIES: Final = ("alembic", "chromadb", "sqlalchemy", "streamlit", "uvicorn", "websockets")
# At INFO and below these log every request, connection or migration step, the OpenAI client at DEBUG with the
# conversation in it.
_TALKATIVE: Final = ("alembic", "httpcore", "httpcore2", "httpx", "httpx2", "openai", "uvicorn")
_ACCESS: Final = "uvicorn.access"
_MAX_FOREIGN: Final = 500


def configure(level: LogLevel, fmt: LogFormat, *, stream: TextIO | None = None) -> None:
    """Send all logs to ``stream`` (stderr); calling it again replaces the earlier configuration.

    ``level`` is ours; libraries never log below INFO, because their DEBUG lines hold what a learner wrote.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    _install(_handler(fmt, sys.stderr if stream is None else stream))
    logging.getLogger().setLevel(max(logging.INFO, logging.getLevelName(level)))
    logging.getLogger("feynman").setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    adopt()


def adopt() -> None:
    """Route the libraries' loggers that exist by now through ours; call it again after late imports."""
    for name in list(logging.root.manager.loggerDict):
        if name.split(".", 1)[0] in _LIBRARIES:
            logger = logging.getLogger(name)
            logger.handlers.clear()
            logger.propagate = True
    # It repeats whole addresses, and uvicorn writes it as soon as the logger reaches any handler.
    logging.getLogger(_ACCESS).propagate = False


def bind(**ids: str) -> AbstractContextManager[None]:
    """Add ``ids`` (``request_id``, ``session_id``, ...) to every line logged inside the block, across awaits."""
    return structlog.contextvars.bound_contextvars(**ids)


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_trace_ids,
        plain_exception,
        drop_private,
    ]


def _first_line(logger: object, method: str, event: EventDict) -> EventDict:
    """Cut a library's message: asyncio appends the repr of a task's exception on further lines."""
    del logger, method
    event["event"] = str(event["event"]).partition("\n")[0][:_MAX_FOREIGN]
    return event


def _handler(fmt: LogFormat, stream: TextIO) -> logging.Handler:
    renderer: Processor = structlog.processors.JSONRenderer(default=str)
    if fmt == "console":
        renderer = structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    handler = logging.StreamHandler(stream)
    handler.set_name(_HANDLER)
    handler.setFormatter(
        ProcessorFormatter(
            processors=[ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=[_first_line, *_shared()],
        )
    )
    return handler


def _install(handler: logging.Handler) -> None:
    root = logging.getLogger()
    for former in [known for known in root.handlers if known.name == _HANDLER]:
        root.removeHandler(former)
        former.close()
    root.addHandler(handler)

import asyncio
import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from pydantic import BaseModel, ValidationError

from feynman.domain import RecordsUnavailable
from feynman.observability import logs, tracing
from feynman.observability.redaction import FORBIDDEN

WORDS = "plants eat soil"
LIBRARIES = ("uvicorn.error", "alembic.runtime", "chromadb.config", "streamlit.runtime")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """A place for log lines; afterwards logging is as it was."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield io.StringIO()
    for handler in [known for known in root.handlers if known not in handlers]:
        root.removeHandler(handler)
    root.setLevel(level)
    logging.getLogger("feynman").setLevel(logging.NOTSET)
    structlog.reset_defaults()


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_json_line(stream: io.StringIO) -> None:
    """An event comes out as one JSON object with its name, logger, level, UTC time and fields."""
    logs.configure("INFO", "json", stream=stream)
    structlog.get_logger("feynman.test").info("turn_saved", number=3, stages=("reading", "asking"))
    (line,) = _lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "turn_saved",
        "logger": "feynman.test",
        "level": "info",
        "number": 3,
        "stages": ["reading", "asking"],
    }


@pytest.mark.parametrize("name", LIBRARIES)
def test_libraries_log_in_the_same_format(stream: io.StringIO, name: str) -> None:
    """A library's logger that had a handler of its own comes out once, as JSON."""
    own = io.StringIO()
    logger = logging.getLogger(name)
    logger.addHandler(logging.StreamHandler(own))
    logger.propagate = False
    logs.configure("INFO", "json", stream=stream)
    logger.warning("started %s", "here")
    (line,) = _lines(stream)
    assert (line["event"], line["logger"], line["level"]) == ("started here", name, "warning")
    assert own.getvalue() == ""


def test_adopt_takes_loggers_that_came_later(stream: io.StringIO) -> None:
    """A library imported after the start is routed by another call of adopt."""
    logs.configure("INFO", "json", stream=stream)
    late = logging.getLogger("streamlit.late")
    late.propagate = False
    late.addHandler(logging.StreamHandler(io.StringIO()))
    logs.adopt()
    late.warning("hello")
    assert [line["event"] for line in _lines(stream)] == ["hello"]


def test_addresses_are_not_logged(stream: io.StringIO) -> None:
    """Uvicorn's access log, which repeats query strings, reaches no handler, so that uvicorn leaves it off."""
    logging.getLogger("uvicorn.access").addHandler(logging.StreamHandler(io.StringIO()))
    logs.configure("INFO", "json", stream=stream)
    assert not logging.getLogger("uvicorn.access").hasHandlers()


def test_configure_is_idempotent(stream: io.StringIO) -> None:
    """Configuring twice leaves one handler, so that nothing is logged twice."""
    logs.configure("INFO", "json", stream=stream)
    logs.configure("INFO", "json", stream=stream)
    structlog.get_logger("feynman.test").info("once")
    assert len(_lines(stream)) == 1


def test_the_level_holds(stream: io.StringIO) -> None:
    """Events below the level are dropped."""
    logs.configure("WARNING", "json", stream=stream)
    structlog.get_logger("feynman.test").info("quiet")
    structlog.get_logger("feynman.test").warning("loud")
    assert [line["event"] for line in _lines(stream)] == ["loud"]


def test_debug_is_for_our_own_lines(stream: io.StringIO) -> None:
    """At DEBUG we log more, but the clients whose debug lines hold conversations do not."""
    logs.configure("DEBUG", "json", stream=stream)
    structlog.get_logger("feynman.test").debug("ours")
    logging.getLogger("openai._base_client").debug("Request options: %s", WORDS)
    logging.getLogger("anything.else").debug("body %s", WORDS)
    assert [line["event"] for line in _lines(stream)] == ["ours"]


@pytest.mark.parametrize("key", sorted({"text", "explanation", "topic", "quote", "reply", "Text"} | FORBIDDEN))
def test_learner_text_is_dropped(stream: io.StringIO, key: str) -> None:
    """A field that holds what somebody wrote, or a secret, never reaches a line, at any depth."""
    logs.configure("INFO", "json", stream=stream)
    structlog.get_logger("feynman.test").info("turn", **{key: WORDS}, nested={"list": [{key: WORDS, "kept": 1}]})
    (line,) = _lines(stream)
    assert WORDS not in stream.getvalue()
    assert line["nested"] == {"list": [{"kept": 1}]}


def test_counts_are_kept(stream: io.StringIO) -> None:
    """A number under a forbidden name is a count and stays."""
    logs.configure("INFO", "json", stream=stream)
    structlog.get_logger("feynman.test").info("turn", questions=2)
    assert _lines(stream)[0]["questions"] == 2


def test_objects_become_their_type(stream: io.StringIO) -> None:
    """An object given as a field shows its type only, because its repr may hold text."""

    class Said(BaseModel):
        words: str

    logs.configure("INFO", "json", stream=stream)
    structlog.get_logger("feynman.test").info("turn", said=Said(words=WORDS))
    assert _lines(stream)[0]["said"] == "<Said>"


def test_foreign_exceptions_keep_no_message(stream: io.StringIO) -> None:
    """The traceback of a library's exception shows where and what, not the input that its message repeats."""

    class Number(BaseModel):
        value: int

    logs.configure("INFO", "json", stream=stream)
    log = structlog.get_logger("feynman.test")
    try:
        Number.model_validate({"value": WORDS})
    except ValidationError:
        log.exception("by_call")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    for line in _lines(stream):
        assert "pydantic_core._pydantic_core.ValidationError" in line["exception"]
        assert "test_logs.py" in line["exception"]
    assert len(_lines(stream)) == 2
    assert WORDS not in stream.getvalue()


def test_our_errors_keep_message_and_cause(stream: io.StringIO) -> None:
    """An error of ours says its message, then where its cause came from."""
    logs.configure("INFO", "json", stream=stream)
    error = RecordsUnavailable("the disk is full")
    error.__cause__ = KeyError(WORDS)
    structlog.get_logger("feynman.test").error("failed", exc_info=error)
    assert _lines(stream)[0]["exception"] == (
        "feynman.domain.errors.RecordsUnavailable: the disk is full\nfrom:\nbuiltins.KeyError"
    )


def test_no_current_exception_is_no_exception(stream: io.StringIO) -> None:
    """Asking for the current exception when there is none adds nothing."""
    logs.configure("INFO", "json", stream=stream)
    structlog.get_logger("feynman.test").error("failed", exc_info=True)
    structlog.get_logger("feynman.test").error("failed", exc_info=(None, None, None))
    assert all("exception" not in line for line in _lines(stream))


def test_an_endless_chain_of_causes_ends(stream: io.StringIO) -> None:
    """Of a long chain of causes the first five are shown."""
    logs.configure("INFO", "json", stream=stream)
    error = first = KeyError()
    for _ in range(20):
        error.__context__ = KeyError()
        error = error.__context__
    structlog.get_logger("feynman.test").error("failed", exc_info=first)
    assert _lines(stream)[0]["exception"].count("KeyError") == 5


def test_library_messages_are_cut_to_their_first_line(stream: io.StringIO) -> None:
    """What asyncio appends about a lost task's exception is cut off."""
    logs.configure("INFO", "json", stream=stream)
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: <Task %s>", WORDS)
    assert _lines(stream)[0]["event"] == "Task exception was never retrieved"


async def test_bound_ids_follow_the_work(stream: io.StringIO) -> None:
    """Ids bound in a block stand on every line inside it, across awaits, tasks and threads, and on none after it."""
    logs.configure("INFO", "json", stream=stream)
    log = structlog.get_logger("feynman.test")

    async def later() -> None:
        await asyncio.sleep(0)
        log.info("task")

    with logs.bind(request_id="r1", session_id="s1"):
        await asyncio.create_task(later())
        await asyncio.to_thread(log.info, "thread")
        logging.getLogger("uvicorn.error").warning("library")
    log.info("after")
    assert [(line["event"], line.get("request_id"), line.get("session_id")) for line in _lines(stream)] == [
        ("task", "r1", "s1"),
        ("thread", "r1", "s1"),
        ("library", "r1", "s1"),
        ("after", None, None),
    ]


def test_trace_ids_stand_on_lines_inside_a_span(stream: io.StringIO) -> None:
    """A line logged inside a span carries the trace's id."""
    logs.configure("INFO", "json", stream=stream)
    tracing.configure()
    with tracing.span("work"):
        structlog.get_logger("feynman.test").info("inside")
        expected = tracing.trace_id()
    structlog.get_logger("feynman.test").info("outside")
    inside, outside = _lines(stream)
    assert inside["trace_id"] == expected
    assert len(inside["span_id"]) == 16
    assert "trace_id" not in outside


def test_console_format_is_for_people(stream: io.StringIO) -> None:
    """The console format is a plain line with the same fields and tracebacks."""
    logs.configure("INFO", "console", stream=stream)
    structlog.get_logger("feynman.test").error("turn_failed", number=3, text=WORDS, exc_info=RecordsUnavailable("full"))
    written = stream.getvalue()
    assert "turn_failed" in written
    assert "number=3" in written
    assert "RecordsUnavailable: full" in written
    assert WORDS not in written


def test_odd_characters_survive(stream: io.StringIO) -> None:
    """A lone surrogate in a field does not break the line."""
    logs.configure("INFO", "json", stream=stream)
    structlog.get_logger("feynman.test").info("odd", name="\ud800 水")
    assert _lines(stream)[0]["name"] == "\ud800 水"


def test_logs_go_to_stderr() -> None:
    """Without a stream everything goes to stderr and nothing to stdout."""
    code = (
        "from feynman.observability import logs; import logging, structlog; logs.configure('INFO', 'json');"
        "structlog.get_logger('feynman.x').info('ours'); logging.getLogger('uvicorn').warning('theirs')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["ours", "theirs"]


def test_importing_configures_nothing() -> None:
    """Importing the package touches neither structlog, nor logging, nor the tracer provider."""
    code = (
        "import logging, structlog, feynman.observability; from opentelemetry import trace;"
        "assert not structlog.is_configured(); assert not logging.getLogger().handlers;"
        "assert type(trace.get_tracer_provider()).__name__ == 'ProxyTracerProvider'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

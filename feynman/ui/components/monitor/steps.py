"""The steps of a trace in plain words, and what of them may be shown."""

from collections.abc import Mapping
from typing import Final

from feynman.i18n import Translator
from feynman.i18n.marking import mark
from feynman.i18n.models import tool_name
from feynman.observability.traces import SpanRecord

__all__ = ["KINDS", "STAGES", "kind", "plain_name", "small_print"]

_NAMES: Final[Mapping[str, str]] = {
    "page.turn": mark("On the page, from beginning to end"),
    "turn": mark("The turn as a whole"),
    "user_input_handler": mark("Reading the explanation"),
    "gap_identifier": mark("Looking for gaps"),
    "question_generator": mark("Answering and asking"),
    "memory recall": mark("Remembering earlier lessons"),
    "embeddings": mark("Understanding the words"),
    "consolidate": mark("Filing the lesson into the memory"),
}
# By the beginning of the name; what follows it is a model, a tool or a statement.
_BEGINNINGS: Final[Mapping[str, str]] = {
    "database read": mark("Reading from the database"),
    "database write": mark("Writing to the database"),
    "chroma": mark("Searching the memory"),
    "chat": mark("Asking the language model"),
    "invoke_agent": mark("The language model at work with its tools"),
}
_TOOL: Final = "execute_tool "
_REQUEST: Final = mark("Over the API, from beginning to end")
_OTHER: Final = mark("Another step")
# What a turn consists of, in LangGraph's nodes.
STAGES: Final = frozenset({"user_input_handler", "gap_identifier", "question_generator"})
KINDS: Final[Mapping[str, str]] = {"chat": "model", "invoke_agent": "model", "execute_tool": "tool"} | dict.fromkeys(
    ("database", "chroma", "memory", "embeddings"), "memory"
)
# Attributes that never hold a learner's words; all others stay unseen.
_SHOWN: Final = (
    "error.type",
    "engine",
    "feynman.engine",
    "feynman.degraded",
    "feynman.language",
    "topic_length",
    "explanation_length",
    "questions_generated",
    "feynman.gaps_found",
    "feynman.tools_used",
    "feynman.memories_recalled",
    "processing_time_ms",
    "gen_ai.operation.name",
    "gen_ai.provider.name",
    "gen_ai.request.model",
    "gen_ai.response.model",
    "gen_ai.response.finish_reasons",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
    "gen_ai.tool.name",
    "feynman.time_to_first_token",
    "feynman.cost",
    "db.system.name",
    "db.operation.name",
    "http.request.method",
    "http.route",
    "http.response.status_code",
)


def plain_name(span: SpanRecord, _: Translator) -> str:
    """What happened in a step."""
    if span.name in _NAMES:
        return _(_NAMES[span.name])
    if span.name.startswith(_TOOL):
        return _("Tool: {tool}", tool=tool_name(span.name.removeprefix(_TOOL), _.language))
    if "http.request.method" in span.attributes:
        return _(_REQUEST)
    beginnings = (said for beginning, said in _BEGINNINGS.items() if f"{span.name} ".startswith(f"{beginning} "))
    return _(next(beginnings, _OTHER))


def kind(span: SpanRecord) -> str:
    """What a step is coloured by: ``model``, ``tool``, ``memory`` or ``plain``."""
    return KINDS.get(span.name.split(" ", 1)[0], "plain")


def small_print(span: SpanRecord) -> str:
    """A step as engineers call it, with the attributes that hold nothing of a learner."""
    told = (f"{name}={span.attributes[name]}" for name in _SHOWN if name in span.attributes)
    times = f"+{span.start * 1000:.1f} ms, {span.seconds * 1000:.1f} ms"
    return " · ".join((span.name, times, *told))

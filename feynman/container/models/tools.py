"""The tools of a model student."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from feynman.domain import Language, Memory
from feynman.engines.student import Lesson
from feynman.settings import Settings, WebSearch
from feynman.text.embedding import Embedder
from feynman.tools import (
    Calculate,
    Complete,
    DdgsSearch,
    Offer,
    Outcome,
    Recall,
    RecallMemory,
    SearchProvider,
    SearchReference,
    SearxngSearch,
    TavilySearch,
    Tool,
    Toolbox,
    ToolContext,
    Translate,
    guarded_client,
)
from feynman.tools import WebSearch as WebSearchTool

__all__ = ["LessonTools", "lesson_of_call", "provider_of", "recall_from", "tools_of"]

_lesson: Final[ContextVar[Lesson | None]] = ContextVar("feynman_tool_lesson", default=None)


class LessonTools:
    """``toolbox`` as a model student uses it: the lesson says whom a call is for."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    def offers(self, language: Language, /) -> Sequence[Offer]:
        """The tools in it."""
        return self._toolbox.offers(language)

    async def run(self, name: str, arguments: Mapping[str, Any], lesson: Lesson, /) -> Outcome:
        """Run one."""
        explanation = lesson.explanation
        context = ToolContext(
            learner_id=explanation.learner_id,
            session_id=explanation.session_id,
            language=explanation.language,
            topic=explanation.topic,
            reference=lesson.reference,
        )
        with _during(lesson):
            return await self._toolbox.run(name, arguments, context)


@contextmanager
def _during(lesson: Lesson) -> Iterator[None]:
    token = _lesson.set(lesson)
    try:
        yield
    finally:
        _lesson.reset(token)


def lesson_of_call() -> Lesson | None:
    """The lesson that the tool call at hand belongs to."""
    return _lesson.get()


def recall_from(
    recall: Callable[..., Awaitable[Sequence[Memory]]],
) -> Recall:
    """Look for memories of other sessions of the context's learner with the memory store's ``recall``."""

    async def found(query: str, context: ToolContext) -> Sequence[Memory]:
        return await recall(query, context.learner_id, exclude_session=context.session_id)

    return found


def provider_of(search: WebSearch, settings: Settings) -> SearchProvider | None:
    """The search provider that is switched on."""
    match search:
        case "searxng" if settings.searxng_url is not None:
            return SearxngSearch(settings.searxng_url, guarded_client(allow_private=settings.allow_private_addresses))
        case "tavily" if settings.tavily_key is not None:
            client = guarded_client(allow_private=settings.allow_private_addresses)
            return TavilySearch(settings.tavily_key, client)
        case "ddgs":
            return DdgsSearch()
        case _:
            return None


def tools_of(
    embedder: Embedder, recall: Recall, complete: Complete, provider: SearchProvider | None
) -> list[Tool[Any]]:
    """All tools that are switched on."""
    tools: list[Tool[Any]] = [Calculate(), RecallMemory(recall), SearchReference(embedder), Translate(complete)]
    return tools if provider is None else [*tools, WebSearchTool(provider)]

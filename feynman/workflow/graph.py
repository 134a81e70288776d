"""The seed's graph: user_input_handler -> gap_identifier -> question_generator."""

from collections.abc import AsyncGenerator
from typing import Any, Final, cast

from langgraph.graph import END, START, StateGraph
from langsmith import tracing_context

from feynman.domain import StudyEvent
from feynman.engines.student import Lesson
from feynman.workflow.context import TurnContext
from feynman.workflow.nodes import gap_identifier, question_generator, user_input_handler
from feynman.workflow.state import TurnResult, TurnState

__all__ = ["NODES", "Workflow"]

NODES: Final = (user_input_handler, gap_identifier, question_generator)


class Workflow:
    """The compiled graph. It runs one turn from given data and keeps nothing: no checkpointer."""

    def __init__(self) -> None:
        graph = StateGraph(TurnState, context_schema=TurnContext)
        graph.add_sequence(NODES)
        graph.add_edge(START, NODES[0].__name__)
        graph.add_edge(NODES[-1].__name__, END)
        self._graph = graph.compile(name="feynman_turn")

    async def stream(self, lesson: Lesson, context: TurnContext) -> AsyncGenerator[StudyEvent | TurnResult, None]:
        """Yield the turn's events as they happen and, last, its result; closing it cancels the node at work."""
        final: dict[str, Any] = {}
        parts = self._graph.astream({"lesson": lesson}, context=context, stream_mode=["custom", "values"], version="v2")
        try:
            with tracing_context(enabled=False):  # LANGSMITH_TRACING would send every lesson to a third party
                async for part in parts:
                    if part["type"] == "custom":
                        yield part["data"]
                    else:
                        final = cast("dict[str, Any]", part["data"])
        finally:
            await parts.aclose()  # type: ignore[attr-defined] # an async generator, typed as an iterator
        yield TurnResult(
            analysis=final["analysis"],
            reply=final["reply"],
            question=final["question"],
            recalled=final["lesson"].recalled,
            usage=final.get("usage"),
            degraded=final.get("degraded"),
        )

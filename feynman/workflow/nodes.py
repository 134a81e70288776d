"""The three nodes. Each says which stage begins, asks the student, and lets only verified findings through."""

from typing import Any

from langgraph.runtime import Runtime

from feynman.domain import (
    BeliefUpdated,
    Gap,
    GapFound,
    GapResolved,
    Notice,
    NoticeGiven,
    Question,
    QuestionAsked,
    Stage,
    StageStarted,
    TextDelta,
)
from feynman.engines.student import Resolution
from feynman.observability.tracing import span
from feynman.workflow.asides import ASIDES, Asides
from feynman.workflow.context import TurnContext
from feynman.workflow.findings import Findings
from feynman.workflow.single_question import until_question
from feynman.workflow.state import TurnState, added

__all__ = ["gap_identifier", "question_generator", "user_input_handler"]


def _begin(state: TurnState, runtime: Runtime[TurnContext], stage: Stage) -> None:
    runtime.stream_writer(StageStarted(stage=stage, turn_id=state["lesson"].explanation.turn_id))


async def user_input_handler(state: TurnState, runtime: Runtime[TurnContext]) -> dict[str, Any]:
    """Take the explanation in and, until a turn of the session was completed, remember what was taught before."""
    lesson = state["lesson"]
    _begin(state, runtime, "reading")
    with span("user_input_handler", explanation_length=len(lesson.explanation.text)):
        if lesson.begun:
            return {"lesson": lesson}
        _begin(state, runtime, "recalling")
        recalled = await runtime.context.recall(lesson.explanation)
    return {"lesson": lesson.model_copy(update={"recalled": recalled})}


async def gap_identifier(state: TurnState, runtime: Runtime[TurnContext]) -> dict[str, Any]:
    """Let the student examine the explanation; report each verified finding as it comes."""
    _begin(state, runtime, "checking")
    findings = Findings(state["lesson"])
    asides = Asides(runtime.stream_writer, state["lesson"].explanation.turn_id)
    with span("gap_identifier", engine=runtime.context.student.name):
        async for finding in runtime.context.student.examine(state["lesson"]):
            if isinstance(finding, ASIDES):
                asides.take(finding)
                continue
            kept = findings.add(finding)
            if isinstance(kept, Gap):
                event = GapResolved if isinstance(finding, Resolution) else GapFound
                runtime.stream_writer(event(gap=kept))
            elif isinstance(kept, Notice):
                runtime.stream_writer(NoticeGiven(notice=kept))
            elif kept is not None:
                runtime.stream_writer(BeliefUpdated(belief=kept))
    return {"analysis": findings.analysis(), "usage": asides.usage, "degraded": asides.degraded}


async def question_generator(state: TurnState, runtime: Runtime[TurnContext]) -> dict[str, Any]:
    """Stream the student's reply, which ends in one question at most."""
    _begin(state, runtime, "asking")
    pieces: list[str] = []
    question: Question | None = None
    asides = Asides(runtime.stream_writer, state["lesson"].explanation.turn_id)
    with span("question_generator", engine=runtime.context.student.name):
        async for piece in until_question(runtime.context.student.reply(state["lesson"], state["analysis"])):
            if isinstance(piece, ASIDES):
                asides.take(piece)
            elif isinstance(piece, Question):
                question = piece
            else:
                pieces.append(piece)
                runtime.stream_writer(TextDelta(text=piece))
    if question is not None:
        runtime.stream_writer(QuestionAsked(question=question))
    return {
        "reply": "".join(pieces),
        "question": question,
        "usage": added(state.get("usage"), asides.usage),
        "degraded": state.get("degraded") or asides.degraded,
    }

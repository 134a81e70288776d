"""A turn through every layer but the page: stored first, streamed, kept however it ends."""

import asyncio
import itertools

import pytest

from feynman.domain import (
    Belief,
    Coverage,
    EngineError,
    FeynmanError,
    Gap,
    GapKind,
    MemorySaved,
    Question,
    StageStarted,
    StudyEvent,
    TextDelta,
    TurnCompleted,
    TurnFailed,
)
from feynman.engines.scripted import Script
from feynman.engines.student import Resolution
from tests.session.conftest import TEXT, Desk

GAP = Gap(
    id="gap-1",
    kind=GapKind.VAGUE,
    turn_id="turn-1",
    quote="some kind of magic",
    start=TEXT.index("some"),
    end=TEXT.index("some") + len("some kind of magic"),
    reason="I do not see how.",
    confidence=0.8,
    severity=2,
)
BELIEF = Belief(id="belief-1", turn_id="turn-1", quote="Water lifts a ship", start=0, end=18)
QUESTION = Question(text="What kind?", gap_id="gap-1", depth="shallow")
SCRIPT = Script(findings=(GAP, BELIEF), reply=("Hm. ", "What kind?", QUESTION))


def kinds(events: list[StudyEvent]) -> list[str]:
    """The kinds of events, neighbours of one kind as one."""
    return [kind for kind, _ in itertools.groupby(event.kind for event in events)]


async def test_the_events_come_in_the_order_of_the_work(desk: Desk) -> None:
    """Stages, gap, belief, words, question, kept, completed: in that order."""
    desk.script([SCRIPT])
    events = await desk.say()
    stages = [event.stage for event in events if isinstance(event, StageStarted)]
    assert stages == ["reading", "recalling", "checking", "asking", "saving"]
    assert kinds(events) == [
        "stage_started",
        "gap_found",
        "belief_updated",
        "stage_started",
        "text_delta",
        "question_asked",
        "stage_started",
        "memory_saved",
        "turn_completed",
    ]
    completed = events[-1]
    assert isinstance(completed, TurnCompleted)
    assert completed.reply == "Hm. What kind?"
    assert [gap.id for gap in completed.open_gaps] == ["gap-1"]
    assert {"reading", "checking", "asking", "saving"} <= set(completed.timings)


async def test_the_text_is_stored_before_the_work_starts(desk: Desk) -> None:
    """While the student is still thinking, the learner's words are already in the database."""
    hold = asyncio.Event()
    desk.script([Script(hold_examine=hold)])
    turn = asyncio.create_task(desk.say())
    while not desk.student.lessons:
        await asyncio.sleep(0.01)
    conversation = await desk.study.conversation(desk.session_id, desk.learner_id)
    assert [(each.text, each.status) for each in conversation.turns] == [(TEXT, "started")]
    hold.set()
    await turn


async def test_everything_is_kept(desk: Desk) -> None:
    """Turn, gap, belief and question come back as they were; the asked gap counts its question."""
    desk.script([SCRIPT])
    await desk.say()
    conversation = await desk.study.conversation(desk.session_id, desk.learner_id)
    (turn,) = conversation.turns
    assert (turn.status, turn.reply, turn.question, turn.engine) == (
        "completed",
        "Hm. What kind?",
        QUESTION,
        "scripted",
    )
    assert conversation.gaps == (GAP.model_copy(update={"asked": 1}),)
    assert conversation.beliefs == (BELIEF,)
    assert conversation.open_gaps == conversation.gaps


async def test_a_later_turn_resolves_the_gap(desk: Desk) -> None:
    """The next lesson holds the open gap and the earlier turn; a resolution is told, stored and ticked off."""
    desk.script([SCRIPT, Script(findings=(Resolution(gap_id="gap-1"),), reply=("Now I see.",))])
    await desk.say()
    events = await desk.say("It is pressure.", "turn-2")
    lesson = desk.student.lessons[-1]
    assert [turn.id for turn in lesson.earlier] == ["turn-1"]
    assert [gap.id for gap in lesson.open_gaps] == ["gap-1"]
    assert "gap_resolved" in kinds(events)
    conversation = await desk.study.conversation(desk.session_id, desk.learner_id)
    assert [gap.status for gap in conversation.gaps] == ["resolved"]
    assert conversation.turns[1].resolved == ("gap-1",)


async def test_coverage_is_kept_with_the_turn(desk: Desk) -> None:
    """Coverage of a known topic is in the last event and in the stored turn."""
    session = await desk.study.start(desk.learner_id, "Buoyancy", "en")
    count = len((await desk.study.conversation(session.id, desk.learner_id)).reference.points)
    assert count >= 4
    desk.script([Script(findings=(Coverage(index=1, point="", status="covered", score=0.9, quote="Water"),))])
    explanation = desk.explanation().model_copy(update={"session_id": session.id})
    events = [event async for event in desk.study.explain(explanation)]
    completed = events[-1]
    assert isinstance(completed, TurnCompleted)
    assert [each.status for each in completed.coverage].count("covered") == 1
    assert len(completed.coverage) == count
    conversation = await desk.study.conversation(session.id, desk.learner_id)
    assert conversation.coverage == completed.coverage


async def test_the_same_turn_sent_twice_is_one_turn(desk: Desk) -> None:
    """A completed turn is told again with the same reply, not run and not stored again."""
    desk.script([SCRIPT])
    await desk.say()
    again = await desk.say()
    assert kinds(again) == ["gap_found", "text_delta", "question_asked", "turn_completed"]
    assert len(desk.student.lessons) == 1
    assert len((await desk.study.conversation(desk.session_id, desk.learner_id)).turns) == 1


async def test_two_tabs_take_turns(desk: Desk) -> None:
    """Two turns of one session run one after the other; the second is stored while it waits and says so."""
    hold = asyncio.Event()
    desk.script([Script(hold_examine=hold), Script()])
    first = asyncio.create_task(desk.say("From the first tab.", "turn-1"))
    while not desk.student.lessons:
        await asyncio.sleep(0.01)
    second = asyncio.create_task(desk.say("From the second tab.", "turn-2"))
    await asyncio.sleep(0.05)
    assert len(desk.student.lessons) == 1
    waiting = (await desk.study.conversation(desk.session_id, desk.learner_id)).turns
    assert [(turn.text, turn.status) for turn in waiting][1:] == [("From the second tab.", "started")]
    hold.set()
    events = await first, await second
    assert isinstance(events[1][0], StageStarted)
    assert events[1][0].stage == "waiting"
    turns = (await desk.study.conversation(desk.session_id, desk.learner_id)).turns
    assert [(turn.number, turn.text, turn.status) for turn in turns] == [
        (1, "From the first tab.", "completed"),
        (2, "From the second tab.", "completed"),
    ]


async def test_stopping_keeps_what_had_come(desk: Desk) -> None:
    """Closing the stream in the middle of the reply keeps the turn as stopped, with gap and half the reply."""
    desk.script([Script(findings=(GAP,), reply=("Half a ", "reply."), hold_reply=asyncio.Event())])
    events = desk.study.explain(desk.explanation())
    async for event in events:
        if isinstance(event, TextDelta):
            break
    await events.aclose()
    conversation = await desk.study.conversation(desk.session_id, desk.learner_id)
    (turn,) = conversation.turns
    assert (turn.status, turn.reply) == ("stopped", "Half a ")
    assert [gap.id for gap in conversation.gaps] == ["gap-1"]


async def test_cancelling_keeps_the_turn_too(desk: Desk) -> None:
    """A cancelled task, as from a closed tab, leaves a stopped turn, and the next turn runs."""
    desk.script([Script(hold_examine=asyncio.Event()), Script()])
    task = asyncio.create_task(desk.say())
    while not desk.student.lessons:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await desk.study.conversation(desk.session_id, desk.learner_id)).turns[0].status == "stopped"
    assert (await desk.say("Next.", "turn-2"))[-1].kind == "turn_completed"


@pytest.mark.parametrize(
    ("error", "code"), [(EngineError("dead"), "engine_failed"), (ZeroDivisionError("bug"), "internal")]
)
async def test_a_failed_turn_is_kept_and_can_be_retried(desk: Desk, error: Exception, code: str) -> None:
    """An engine's error and a bug end in TurnFailed; the text is kept; a retry completes the same turn."""
    desk.script([Script(findings=(GAP,), error=error), SCRIPT])
    failed = (await desk.say())[-1]
    assert failed == TurnFailed(turn_id="turn-1", code=code, retryable=True)
    (turn,) = (await desk.study.conversation(desk.session_id, desk.learner_id)).turns
    assert (turn.status, turn.error, turn.text) == ("failed", code, TEXT)
    events = [event async for event in desk.study.retry("turn-1", desk.learner_id)]
    assert events[-1].kind == "turn_completed"
    conversation = await desk.study.conversation(desk.session_id, desk.learner_id)
    assert [(each.id, each.status) for each in conversation.turns] == [("turn-1", "completed")]
    assert [gap.id for gap in conversation.gaps] == ["gap-1"]


async def test_others_can_neither_read_nor_retry(desk: Desk) -> None:
    """Another learner sees neither the session nor the turn."""
    desk.script([SCRIPT])
    await desk.say()
    other = await desk.study.join("Bob", "en")
    with pytest.raises(FeynmanError):
        await desk.study.conversation(desk.session_id, other.id)
    events = [event async for event in desk.study.retry("turn-1", other.id)]
    assert events == [TurnFailed(turn_id="turn-1", code="not_found", retryable=False)]
    stolen = desk.explanation(turn_id="turn-9").model_copy(update={"learner_id": other.id})
    assert [event.kind async for event in desk.study.explain(stolen)] == ["turn_failed"]


async def test_a_dead_database_fails_the_turn_before_it_is_stored(desk: Desk) -> None:
    """When nothing can be stored the stream says so, without a turn id: the text belongs back in the box."""
    await desk.records.close()
    events = await desk.say()
    assert events == [TurnFailed(turn_id=None, code="records_unavailable", retryable=True)]


async def test_closing_waits_then_cancels(desk: Desk) -> None:
    """A turn still running after the patience is cancelled and kept; new turns are refused."""
    desk.script([Script(hold_examine=asyncio.Event())])
    task = asyncio.create_task(desk.say())
    while not desk.student.lessons:
        await asyncio.sleep(0.01)
    await desk.study.close(0.05)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await desk.say("More.", "turn-2") == [TurnFailed(turn_id=None, code="shutting_down", retryable=True)]
    assert (await desk.study.conversation(desk.session_id, desk.learner_id)).turns[0].status == "stopped"


async def test_the_metrics_see_the_turn(desk: Desk) -> None:
    """One completed and one failed turn and their gap are counted."""
    desk.script([SCRIPT, Script(error=EngineError("dead"))])
    events = await desk.say()
    await desk.say("More.", "turn-2")
    assert any(isinstance(event, MemorySaved) for event in events)
    text = desk.metrics.render().decode()
    assert 'feynman_turns_total{engine="other",status="completed"} 1.0' in text
    assert 'status="failed"} 1.0' in text
    assert 'feynman_gaps_total{kind="vague",language="en"} 1.0' in text


async def test_a_retried_turn_sees_only_what_came_before_it(desk: Desk) -> None:
    """Doing an older turn again does not take later turns for earlier ones."""
    desk.script([Script(error=EngineError("dead")), Script()])
    await desk.say("First.", "turn-1")
    await desk.say("Second.", "turn-2")
    _ = [event async for event in desk.study.retry("turn-1", desk.learner_id)]
    assert desk.student.lessons[-1].explanation.text == "First."
    assert desk.student.lessons[-1].earlier == ()


async def test_a_stop_in_the_first_moment_is_kept(desk: Desk) -> None:
    """Whenever a turn is cancelled, no turn stays behind as started."""
    desk.script([Script()])
    for number in range(40):
        task = asyncio.create_task(desk.say(f"Text {number}.", f"turn-{number}"))
        await asyncio.sleep(number / 8000)
        task.cancel()
        await asyncio.wait({task})
    turns = (await desk.study.conversation(desk.session_id, desk.learner_id)).turns
    assert {turn.status for turn in turns} <= {"stopped", "completed"}


async def test_a_stopped_first_turn_leaves_the_memory_for_the_next(desk: Desk) -> None:
    """Recalling goes on until a turn was completed."""
    desk.script([Script(hold_examine=asyncio.Event()), Script()])
    task = asyncio.create_task(desk.say())
    while not desk.student.lessons:
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait({task})
    stages = [event.stage for event in await desk.say("Again.", "turn-2") if isinstance(event, StageStarted)]
    assert "recalling" in stages
    stages = [event.stage for event in await desk.say("More.", "turn-3") if isinstance(event, StageStarted)]
    assert "recalling" not in stages

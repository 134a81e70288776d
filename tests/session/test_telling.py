"""Conversations that took place elsewhere."""

import asyncio

import pytest

from feynman.domain import EmptyText, EngineError, Message, NotFound, ShuttingDown, TextTooLong
from feynman.engines.scripted import Script
from feynman.session.telling import exchanges, said
from tests.session.conftest import TEXT, Desk
from tests.session.test_lessons import consolidated


def _lines(*pairs: tuple[str, str]) -> tuple[Message, ...]:
    return tuple(Message(role=role, content=content) for role, content in pairs)


TOLD = _lines(
    ("system", "Be curious."),
    ("assistant", "Hello!"),
    ("user", "A kite needs wind. The wind pushes on it."),
    ("assistant", "Why?"),
    ("tool", "42"),
    ("assistant", "Tell me."),
    ("human", " "),
    ("User", "风筝靠风飞起来。"),
)


def test_lines_become_exchanges() -> None:
    """Each line of the learner is followed by its replies; instructions, blanks and what comes first are left out."""
    first, second = exchanges(TOLD, "en")
    assert (first.text, first.reply, first.language) == (TOLD[2].content, "Why?\n\nTell me.", "en")
    assert [sentence.text for sentence in first.sentences] == ["A kite needs wind.", "The wind pushes on it."]
    assert (second.text, second.reply, second.language) == (TOLD[-1].content, "", "zh")
    assert said(TOLD) == [first.text, second.text]


def test_nothing_said_is_refused() -> None:
    """A conversation without the learner, or with a text that is too long, is refused."""
    with pytest.raises(EmptyText):
        said(_lines(("assistant", "Hello!"), ("user", "\u200b")))
    with pytest.raises(TextTooLong):
        said(_lines(("user", "x" * 20_001)))


async def test_it_is_kept_and_remembered(desk: Desk) -> None:
    """The exchanges become turns of the session, and one job makes a memory of them."""
    session = await desk.study.session(desk.session_id, desk.learner_id)
    await desk.study.memorize(session, TOLD)
    assert await desk.records.jobs.pending() == 1
    assert desk.metrics.snapshot()['feynman_memories_total{action="queued"}'] == 1
    await consolidated(desk)
    turns = (await desk.study.conversation(session.id, desk.learner_id)).turns
    assert [(turn.number, turn.status, turn.reply) for turn in turns] == [
        (1, "completed", "Why?\n\nTell me."),
        (2, "completed", ""),
    ]
    (memory,) = await desk.study.memories(desk.learner_id)
    assert "A kite needs wind." in memory.text
    assert memory.turn_ids == tuple(turn.id for turn in turns)


async def test_told_twice_is_kept_once(desk: Desk) -> None:
    """What the session has already, told before or said here, is not stored again; the job is the same."""
    session = await desk.study.session(desk.session_id, desk.learner_id)
    await desk.say()
    history = _lines(("user", TEXT), ("assistant", "Okay."), ("user", "Yes."), ("user", "Yes."))
    first = await desk.study.memorize(session, history)
    assert await desk.study.memorize(session, history) == first
    turns = (await desk.study.conversation(session.id, desk.learner_id)).turns
    assert [turn.text for turn in turns] == [TEXT, "Yes.", "Yes."]
    more = (*history, *_lines(("user", "And no.")))
    assert await desk.study.memorize(session, more) != first
    assert len((await desk.study.conversation(session.id, desk.learner_id)).turns) == 4


async def test_two_at_once_are_kept_once(desk: Desk) -> None:
    """The same conversation sent twice at the same time is stored once."""
    session = await desk.study.session(desk.session_id, desk.learner_id)
    jobs = await asyncio.gather(*(desk.study.memorize(session, TOLD) for _ in range(5)))
    assert len(set(jobs)) == 1
    assert len((await desk.study.conversation(session.id, desk.learner_id)).turns) == 2


async def test_strangers_and_latecomers_are_refused(desk: Desk) -> None:
    """Nothing is written into another learner's session, nor once the process is closing."""
    session = await desk.study.session(desk.session_id, desk.learner_id)
    with pytest.raises(NotFound):
        await desk.study.memorize(session.model_copy(update={"learner_id": "bob"}), TOLD)
    await desk.study.close(0.0)
    with pytest.raises(ShuttingDown):
        await desk.study.memorize(session, TOLD)
    assert await desk.records.jobs.pending() == 0


async def test_a_failed_turn_is_run_again_with_what_was_brought(desk: Desk) -> None:
    """A retried turn works on the stored words and gets the conversation so far."""
    desk.script([Script(error=EngineError("lost")), Script()])
    await desk.say()
    history = _lines(("user", "Ships float."))
    events = [event async for event in desk.study.retry("turn-1", desk.learner_id, history=history)]
    assert events[-1].kind == "turn_completed"
    assert (desk.student.lessons[-1].history, desk.student.lessons[-1].explanation.text) == (history, TEXT)

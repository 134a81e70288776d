"""Turns: numbers, idempotence, outcomes."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from feynman.domain import Gap, NotFound, Question, RecordsUnavailable, Usage
from feynman.records import Records, TurnOutcome
from tests.records.make import Clock, belief, explanation, gap, outcome, started, url_of


async def test_the_text_is_stored_before_any_work(records: Records, clock: Clock) -> None:
    """A begun turn has number, text and status, and nothing else yet."""
    learner, session = await started(records)
    turn, created = await records.turns.begin(explanation(session, "t1", "é\U0001f600 \ud800"))
    assert created
    assert turn.number == 1
    assert (turn.text, turn.status, turn.reply, turn.question) == ("é\U0001f600 \ufffd", "started", "", None)
    assert (turn.coverage, turn.found, turn.resolved, turn.error) == ((), (), (), None)
    assert turn.created_at == clock.now
    assert await records.turns.get("t1", learner.id) == turn
    assert await records.turns.list(session.id) == [turn]


async def test_the_same_turn_is_stored_once(records: Records) -> None:
    """Beginning again returns what was stored, with all that it came to."""
    _, session = await started(records)
    await records.turns.begin(explanation(session, "t1", "first"))
    await records.turns.finish("t1", outcome())
    turn, created = await records.turns.begin(explanation(session, "t1", "second"))
    assert not created
    assert (turn.text, turn.number, turn.status) == ("first", 1, "completed")
    assert len(turn.found) == 2


async def test_the_same_turn_sent_many_times_at_once(records: Records) -> None:
    """Of twenty callers with one turn id exactly one creates it."""
    _, session = await started(records)
    begun = await asyncio.gather(*(records.turns.begin(explanation(session, "t1")) for _ in range(20)))
    assert sum(created for _, created in begun) == 1
    assert {turn.number for turn, _ in begun} == {1}


async def test_numbers_from_one_object(records: Records) -> None:
    """Twenty callers at once get the numbers 1 to 20; another session counts for itself."""
    _, session = await started(records)
    _, other = await started(records)
    begun = await asyncio.gather(
        *(records.turns.begin(explanation(session, f"t{number}")) for number in range(20)),
        *(records.turns.begin(explanation(other, f"o{number}")) for number in range(3)),
    )
    numbers = [turn.number for turn, _ in begun]
    assert sorted(numbers[:20]) == list(range(1, 21))
    assert sorted(numbers[20:]) == [1, 2, 3]
    assert [turn.number for turn in await records.turns.list(session.id)] == list(range(1, 21))


async def test_numbers_from_two_objects_on_one_file(records: Records, path: Path) -> None:
    """Two database objects on one file neither lose nor double a number, and nothing is locked for long."""
    second = await Records.open(url_of(path))
    _, session = await started(records)
    begun = await asyncio.gather(
        *((records, second)[number % 2].turns.begin(explanation(session, f"t{number}")) for number in range(40))
    )
    assert sorted(turn.number for turn, _ in begun) == list(range(1, 41))
    assert all(created for _, created in begun)
    await second.close()


async def test_a_turn_id_of_somebody_else(records: Records) -> None:
    """A turn id that exists in another session, a foreign or a missing session are all not found."""
    learner, session = await started(records)
    other, others = await started(records)
    await records.turns.begin(explanation(session, "t1"))
    with pytest.raises(NotFound):
        await records.turns.begin(explanation(others, "t1"))
    with pytest.raises(NotFound):
        await records.turns.begin(explanation(session.model_copy(update={"learner_id": other.id}), "t2"))
    with pytest.raises(NotFound):
        await records.turns.begin(explanation(session.model_copy(update={"id": "none"}), "t2"))
    with pytest.raises(NotFound):
        await records.turns.get("t1", other.id)
    with pytest.raises(NotFound):
        await records.turns.get("none", learner.id)
    assert [turn.id for turn in await records.turns.list(session.id)] == ["t1"]


async def test_finish_stores_everything(records: Records, clock: Clock) -> None:
    """The turn, its gaps in order, beliefs, the asked question and the job are all there."""
    learner, session = await started(records)
    await records.turns.begin(explanation(session, "t1"))
    clock.move(3)
    result = outcome()
    job_id = await records.turns.finish("t1", result)

    asked = gap("t1-g2").model_copy(update={"asked": 1})
    turn = await records.turns.get("t1", learner.id)
    assert (turn.status, turn.reply, turn.question) == ("completed", result.reply, result.question)
    assert (turn.coverage, turn.engine, turn.degraded, turn.error) == (result.coverage, "scripted", True, None)
    assert turn.found == (asked, gap("t1-g1"))
    assert await records.turns.list(session.id) == [turn]
    assert await records.gaps.list(session.id) == [asked, gap("t1-g1")]
    assert await records.beliefs.list(session.id) == [belief("t1-b")]
    (job,) = await records.jobs.claim(5)
    assert (job.id, job.session_id, job.turn_id, job.kind, job.attempts) == (job_id, session.id, "t1", "consolidate", 0)
    assert job.created_at == clock.now


async def test_gaps_resolve_in_a_later_turn(records: Records) -> None:
    """An open gap of the session is closed; ids of other sessions and disputed gaps stay as they are."""
    learner, session = await started(records)
    _, other = await started(records)
    for owner, turn_id in ((session, "t1"), (other, "o1")):
        await records.turns.begin(explanation(owner, turn_id))
        await records.turns.finish(turn_id, outcome(turn_id))
    await records.gaps.set_status("t1-g2", session.id, "disputed")
    await records.turns.begin(explanation(session, "t2"))
    again = Question(text="?", gap_id="t1-g1", depth="shallow")
    ids = ("t1-g1", "t1-g2", "o1-g1")
    await records.turns.finish("t2", TurnOutcome(status="completed", resolved=ids, question=again))

    assert [(found.id, found.status, found.asked) for found in await records.gaps.list(session.id)] == [
        ("t1-g2", "disputed", 1),
        ("t1-g1", "resolved", 1),
    ]
    assert [found.id for found in await records.gaps.list(other.id, "open")] == ["o1-g2", "o1-g1"]
    assert (await records.turns.get("t2", learner.id)).resolved == ids


async def test_finishing_again_changes_nothing(records: Records, clock: Clock) -> None:
    """A completed turn keeps its outcome and tells its job again, also when finished many times at once."""
    learner, session = await started(records)
    await records.turns.begin(explanation(session, "t1"))
    ids = await asyncio.gather(*(records.turns.finish("t1", outcome()) for _ in range(5)))
    before = (await records.turns.get("t1", learner.id), await records.sessions.get(session.id, learner.id))
    clock.move(9)
    ids.append(await records.turns.finish("t1", TurnOutcome(status="stopped", found=(gap("new"),))))

    assert len(set(ids)) == 1
    assert ids[0] is not None
    assert before == (await records.turns.get("t1", learner.id), await records.sessions.get(session.id, learner.id))
    assert await records.jobs.pending() == 1


async def test_a_stopped_turn_keeps_what_came(records: Records) -> None:
    """Without consolidation there is no job; reply, findings and error code are kept."""
    learner, session = await started(records)
    await records.turns.begin(explanation(session, "t1"))
    stopped = TurnOutcome(status="failed", reply="Hm", found=(gap("g"),), error="engine_failed")
    assert await records.turns.finish("t1", stopped) is None
    turn = await records.turns.get("t1", learner.id)
    assert (turn.status, turn.reply, turn.found, turn.error) == ("failed", "Hm", (gap("g"),), "engine_failed")
    assert await records.jobs.pending() == 0


async def test_a_failure_inside_leaves_nothing(records: Records, clock: Clock) -> None:
    """When one gap can't be stored, the turn, the other gaps, the session and the outbox stay untouched."""
    learner, session = await started(records)
    _, other = await started(records)
    await records.turns.begin(explanation(other, "o1"))
    await records.turns.finish("o1", TurnOutcome(status="completed", found=(gap("taken"),)))
    await records.turns.begin(explanation(session, "t1"))
    clock.move(5)

    with pytest.raises(RecordsUnavailable) as caught:
        await records.turns.finish("t1", outcome(found=(gap("fresh"), gap("taken"))))

    assert "The sun" not in str(caught.value)
    assert (await records.turns.get("t1", learner.id)).status == "started"
    assert await records.gaps.list(session.id) == []
    assert await records.beliefs.list(session.id) == []
    assert await records.jobs.pending() == 0
    assert await records.sessions.get(session.id, learner.id) == session


async def test_restart_takes_everything_back(records: Records) -> None:
    """A stopped turn's findings go, what it resolved is open again, its question is unasked, its text stays."""
    _, session = await started(records)
    await records.turns.begin(explanation(session, "t1"))
    await records.turns.finish("t1", outcome())
    begun, _ = await records.turns.begin(explanation(session, "t2"))
    question = Question(text="?", gap_id="t1-g2", depth="deep")
    await records.turns.finish(
        "t2", outcome("t2", status="stopped", resolved=("t1-g1",), question=question, consolidate=False)
    )
    assert _asked(await records.gaps.list(session.id), "t1-g2") == 2

    assert await records.turns.restart("t2") == begun
    gaps = await records.gaps.list(session.id)
    assert [(found.id, found.status) for found in gaps] == [("t1-g2", "open"), ("t1-g1", "open")]
    assert _asked(gaps, "t1-g2") == 1
    assert [held.id for held in await records.beliefs.list(session.id)] == ["t1-b"]

    assert await records.turns.finish("t2", outcome("t2")) is not None
    assert len(await records.gaps.list(session.id)) == 4


def _asked(gaps: list[Gap], gap_id: str) -> int:
    return next(found.asked for found in gaps if found.id == gap_id)


async def test_a_completed_turn_does_not_restart(records: Records) -> None:
    """What is completed stays; a turn that does not exist is not found."""
    learner, session = await started(records)
    await records.turns.begin(explanation(session, "t1"))
    await records.turns.finish("t1", outcome())
    assert await records.turns.restart("t1") == await records.turns.get("t1", learner.id)
    assert (await records.turns.get("t1", learner.id)).status == "completed"
    with pytest.raises(NotFound):
        await records.turns.restart("none")
    with pytest.raises(NotFound):
        await records.turns.finish("none", outcome())


async def test_a_later_outcome_replaces_that_of_a_stopped_turn(records: Records) -> None:
    """Finishing a stopped turn anew stores the new findings in place of the old, never both."""
    learner, session = await started(records)
    await records.turns.begin(explanation(session, "t1"))
    await records.turns.finish("t1", outcome(status="stopped", consolidate=False))
    await records.turns.finish("t1", outcome(found=(gap("t1-g2"),)))
    turn = await records.turns.get("t1", learner.id)
    assert [(found.id, found.asked) for found in turn.found] == [("t1-g2", 1)]
    assert len(await records.beliefs.list(session.id)) == 1


async def test_gap_status(records: Records) -> None:
    """A gap's status changes in its own session only, and lists filter by it."""
    _, session = await started(records)
    _, other = await started(records)
    await records.turns.begin(explanation(session, "t1"))
    await records.turns.finish("t1", outcome())
    changed = await records.gaps.set_status("t1-g1", session.id, "disputed")
    assert changed == gap("t1-g1").model_copy(update={"status": "disputed"})
    assert await records.gaps.list(session.id, "disputed") == [changed]
    assert [found.id for found in await records.gaps.list(session.id, "open")] == ["t1-g2"]
    for gap_id, session_id in (("t1-g1", other.id), ("none", session.id)):
        with pytest.raises(NotFound):
            await records.gaps.set_status(gap_id, session_id, "open")


async def test_what_models_were_used_for(records: Records, clock: Clock) -> None:
    """A learner's turns since a moment, those with usage, whatever session; nobody else's and none from before."""
    learner, session = await started(records)
    _, other = await started(records)
    used = Usage(model="m", input_tokens=5, output_tokens=7, cost=0.5)
    await records.turns.begin(explanation(session, "early"))
    await records.turns.finish("early", TurnOutcome(status="completed", usage=used))
    clock.now += timedelta(hours=1)
    since = clock.now
    for each, turn_id, usage in ((session, "t1", used), (session, "t2", None), (other, "o1", used)):
        await records.turns.begin(explanation(each, turn_id))
        await records.turns.finish(turn_id, TurnOutcome(status="failed", usage=usage))
    assert await records.turns.usage(learner.id, since) == {"t1": used}
    assert set(await records.turns.usage(learner.id, since - timedelta(hours=1))) == {"early", "t1"}

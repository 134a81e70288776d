"""Exchanges that were told and not run."""

import pytest

from feynman.domain import NotFound, Span
from feynman.records import Records, Told
from tests.records.make import Clock, explanation, outcome, started

YES = Told(text="Yes. No.", reply="Why?", language="en", sentences=(Span(start=0, end=4, text="Yes."),))


async def test_a_job_that_was_given_up_begins_anew(records: Records, clock: Clock) -> None:
    """Telling a conversation again whose job failed for good queues the job again."""
    learner, session = await started(records)
    job_id = await records.told.keep(session.id, learner.id, [YES], engine="builtin")
    for _ in range(10):
        await records.jobs.retry(job_id, "internal", 0)
    assert await records.jobs.pending() == 0
    assert await records.told.keep(session.id, learner.id, [YES], engine="builtin") == job_id
    (job,) = await records.jobs.claim(1)
    assert (job.id, job.attempts, job.created_at) == (job_id, 0, clock.now)


async def test_a_stopped_turn_does_not_count_as_told(records: Records) -> None:
    """What was said in a turn that came to nothing is kept all the same; a completed one is not kept twice."""
    learner, session = await started(records)
    turn, _ = await records.turns.begin(explanation(session, "t1"))
    told = Told(text=turn.text, language="zh")
    await records.turns.finish(turn.id, outcome().model_copy(update={"status": "stopped", "found": (), "beliefs": ()}))
    await records.told.keep(session.id, learner.id, [told], engine="builtin")
    await records.told.keep(session.id, learner.id, [told], engine="builtin")
    assert [each.status for each in await records.turns.list(session.id)] == ["stopped", "completed"]


async def test_everything_or_nothing(records: Records) -> None:
    """Nothing is stored for a stranger, and an empty conversation is a mistake of the caller."""
    learner, session = await started(records)
    with pytest.raises(NotFound):
        await records.told.keep(session.id, "nobody", [YES], engine="builtin")
    with pytest.raises(ValueError, match="nothing"):
        await records.told.keep(session.id, learner.id, [], engine="builtin")
    assert await records.turns.list(session.id) == []
    await records.told.keep(session.id, learner.id, [YES], engine="openai")
    (turn,) = await records.turns.list(session.id)
    assert (turn.reply, turn.engine) == ("Why?", "openai")
    assert [belief.quote for belief in await records.beliefs.list(session.id)] == ["Yes."]

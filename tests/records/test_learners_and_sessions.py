"""Learners and their sessions."""

import asyncio

import pytest

from feynman.domain import NotFound, Reference
from feynman.records import Records
from tests.records.make import REFERENCE, Clock, explanation, outcome, started


async def test_learner_ids_are_random(records: Records) -> None:
    """Two learners of one name are two learners, with ids of 128 random bits."""
    one, two = await records.learners.add("Ann", "en"), await records.learners.add("Ann", "en")
    assert one.id != two.id
    assert len(one.id) == 22
    assert await records.learners.get(one.id) == one
    assert await records.learners.get("nobody") is None


async def test_ensure_stores_once(records: Records) -> None:
    """An API client's learner is made at its first call and left alone afterwards, however many call at once."""
    made = await asyncio.gather(*(records.learners.ensure("api", "zh") for _ in range(5)))
    again = await records.learners.ensure("api", "en")
    assert {(learner.id, learner.nickname, learner.language) for learner in made} == {("api", "", "zh")}
    assert again == made[0]


async def test_update_changes_what_is_given(records: Records) -> None:
    """Nickname and language change one by one; an empty nickname is a value."""
    learner = await records.learners.add("Ann", "en")
    assert (await records.learners.update(learner.id, language="zh")).nickname == "Ann"
    changed = await records.learners.update(learner.id, nickname="")
    assert (changed.nickname, changed.language) == ("", "zh")
    assert await records.learners.get(learner.id) == changed
    with pytest.raises(NotFound):
        await records.learners.update("nobody", nickname="x")


async def test_unstorable_characters_are_replaced(records: Records) -> None:
    """NUL and lone surrogates become U+FFFD, in what is returned as in what is stored; emoji stay."""
    learner = await records.learners.add("a\x00b\ud800c😀", "en")
    assert learner.nickname == "a\ufffdb\ufffdc😀"
    assert await records.learners.get(learner.id) == learner
    assert await records.learners.get("\ud800") is None


async def test_a_session_keeps_its_reference(records: Records, clock: Clock) -> None:
    """Session and reference come back as they were stored."""
    learner, session = await started(records)
    assert session.created_at == session.updated_at == clock.now
    assert session.topic_id == "water-cycle"
    assert await records.sessions.get(session.id, learner.id) == session
    assert await records.sessions.find(session.id) == session
    assert await records.sessions.reference(session.id) == REFERENCE


async def test_a_reference_with_strange_characters_is_kept(records: Records) -> None:
    """JSON columns hold emoji, quotes and NUL, and replace lone surrogates."""
    learner = await records.learners.add("a", "en")
    session = await records.sessions.start(
        session_id="s",
        learner_id=learner.id,
        topic="t",
        language="en",
        topic_id=None,
        reference=Reference(topic='"\\😀\x00\ud800', source="own"),
    )
    assert (await records.sessions.reference(session.id)).topic == '"\\😀\x00\ufffd'


async def test_starting_again_returns_the_stored_session(records: Records) -> None:
    """The same id and learner is the same session, whatever else is said, however many start it at once."""
    learner, session = await started(records, "mine")
    again = await asyncio.gather(
        *(
            records.sessions.start(
                session_id="mine",
                learner_id=learner.id,
                topic="other",
                language="zh",
                topic_id=None,
                reference=Reference(topic="other"),
            )
            for _ in range(3)
        )
    )
    assert again == [session] * 3
    assert await records.sessions.reference("mine") == REFERENCE


async def test_a_session_is_its_learners(records: Records) -> None:
    """Nobody else can start, get or list it."""
    _, session = await started(records, "mine")
    other = await records.learners.add("other", "en")
    with pytest.raises(NotFound):
        await records.sessions.start(
            session_id="mine", learner_id=other.id, topic="t", language="en", topic_id=None, reference=REFERENCE
        )
    with pytest.raises(NotFound):
        await records.sessions.get(session.id, other.id)
    assert await records.sessions.list(other.id) == []


async def test_missing_things_are_not_found(records: Records) -> None:
    """No such learner or session is ``NotFound``; ``find`` says ``None``."""
    with pytest.raises(NotFound):
        await records.sessions.start(
            session_id=None, learner_id="nobody", topic="t", language="en", topic_id=None, reference=REFERENCE
        )
    with pytest.raises(NotFound):
        await records.sessions.reference("none")
    with pytest.raises(NotFound):
        await records.sessions.set_language("none", "zh")
    assert await records.sessions.find("none") is None


async def test_sessions_are_listed_by_last_use(records: Records, clock: Clock) -> None:
    """The session whose turn finished last comes first, and ``limit`` cuts the list."""
    learner, first = await started(records)
    ids = [first.id]
    for _ in range(2):
        clock.move(1)
        session = await records.sessions.start(
            session_id=None, learner_id=learner.id, topic="t", language="en", topic_id=None, reference=REFERENCE
        )
        ids.append(session.id)
    assert [session.id for session in await records.sessions.list(learner.id)] == ids[::-1]

    clock.move(1)
    await records.turns.begin(explanation(first, "t1"))
    await records.turns.finish("t1", outcome())
    newest = await records.sessions.list(learner.id, limit=2)
    assert [session.id for session in newest] == [first.id, ids[2]]
    assert newest[0].updated_at == clock.now
    assert newest[0].created_at == first.created_at


async def test_set_language(records: Records) -> None:
    """A session's language can change."""
    learner, session = await started(records)
    await records.sessions.set_language(session.id, "zh")
    assert (await records.sessions.get(session.id, learner.id)).language == "zh"

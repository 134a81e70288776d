"""How long the database and the memory index take: as metrics, and as steps of a trace."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feynman.domain import Memory, NotFound, RecordsUnavailable, Reference
from feynman.memory import MemoryStore
from feynman.observability import Metrics, tracing
from feynman.records import Records
from feynman.text.embedding import Embedder


@pytest.fixture
def metrics() -> Metrics:
    """New metrics."""
    return Metrics()


@pytest.fixture
async def records(tmp_path: Path, metrics: Metrics) -> AsyncIterator[Records]:
    """A real database."""
    records = await Records.open(f"sqlite+aiosqlite:///{tmp_path / 'records.db'}", metrics=metrics)
    yield records
    await records.close()


async def test_statements_and_transactions_are_timed(records: Records, metrics: Metrics) -> None:
    """Statements count by what they do, transactions by whether they may write."""
    before = metrics.snapshot()
    learner = await records.learners.add("Ada", "en")
    await records.learners.get(learner.id)
    values = metrics.snapshot()

    def more(name: str) -> float:
        return values[name] - before.get(name, 0.0)

    assert more('feynman_database_query_duration_seconds_count{operation="insert"}') == 1
    assert more('feynman_database_query_duration_seconds_count{operation="select"}') >= 1
    assert more('feynman_database_transaction_duration_seconds_count{mode="write"}') == 1
    assert more('feynman_database_transaction_duration_seconds_count{mode="read"}') == 1
    assert values["feynman_database_transaction_duration_seconds_sum"] > 0


async def test_only_a_database_that_fails_is_an_error(records: Records, metrics: Metrics) -> None:
    """Asking for what is not there is no error of the database; being refused by it is."""
    with pytest.raises(NotFound):
        await records.sessions.get("nobody's", "nobody")
    assert metrics.snapshot()["feynman_database_errors_total"] == 0
    await records.close()
    with pytest.raises(RecordsUnavailable):
        await records.learners.add("Ada", "en")
    assert metrics.snapshot()['feynman_database_errors_total{mode="write"}'] == 1


async def test_transactions_are_steps_of_a_trace(records: Records) -> None:
    """Each is named after what it does; on its own it is no trace."""
    traces = tracing.configure()
    await records.learners.add("Grace", "en")
    with tracing.span("turn"):
        learner = await records.learners.add("Ada", "en")
        await records.learners.get(learner.id)
        with pytest.raises(NotFound):
            await records.sessions.get("s", learner.id)
    trace = traces.recent()[0]
    assert [(span.name, span.status) for span in trace.spans] == [
        ("turn", "ok"),
        ("database write learners.ensure", "ok"),
        ("database read learners.get", "ok"),
        ("database read sessions.owned", "failed"),
    ]
    assert trace.spans[1].attributes == {"db.system.name": "sqlite", "db.operation.name": "write"}
    assert trace.spans[3].attributes["error.type"] == "not_found"
    assert "Ada" not in trace.model_dump_json()


async def test_the_memory_index_is_timed(records: Records, metrics: Metrics) -> None:
    """Queries, writes and deletions of Chroma are measured, and a recall is a step with its parts."""
    traces = tracing.configure()
    learner = await records.learners.add("Ada", "en")
    session = await records.sessions.start(
        session_id=None,
        learner_id=learner.id,
        topic="Light",
        language="en",
        topic_id=None,
        reference=Reference(topic="Light"),
    )
    memory = await MemoryStore.open(None, records.memories, Embedder(), patience=20.0, metrics=metrics)
    now = datetime.now(UTC)
    draft = Memory(
        id="m-1",
        learner_id=learner.id,
        session_id=session.id,
        topic="Light",
        kind="summary",
        text="Leaves take in the energy of sunlight.",
        language="en",
        turn_ids=(),
        created_at=now,
        updated_at=now,
    )
    await memory.remember(draft)
    with tracing.span("turn"):
        found = await memory.recall("What do leaves take in?", learner.id)
    assert await memory.forget(draft.id, learner.id)
    await memory.close()
    assert [each.id for each in found] == [draft.id]
    values = metrics.snapshot()
    for operation in ("query", "write", "delete"):
        assert values[f'feynman_memory_index_duration_seconds_count{{operation="{operation}"}}'] >= 1
    assert values['feynman_queue_depth{queue="memory"}'] == 0
    trace = traces.recent()[0]
    names = {span.id: span.name for span in trace.spans}
    recall = next(span for span in trace.spans if span.name == "memory recall")
    assert recall.attributes == {"gen_ai.operation.name": "retrieval", "feynman.memories_recalled": 1}
    inside = {span.name for span in trace.spans if span.parent_id is not None and names[span.parent_id] == recall.name}
    assert {"embeddings", "chroma query"} <= inside
    assert "leaves" not in trace.model_dump_json().lower()

"""Parts, lifetimes, problems and health of a container."""

import time
from pathlib import Path

import psutil
import pytest

from feynman.container import Container
from feynman.domain import ConfigurationError, Explanation, MemoryUnavailable, RecordsUnavailable
from feynman.engines.scripted import ScriptedStudent
from feynman.text.embedding import Embedder
from tests.container.conftest import Make

PARTS = {"database", "chroma", "embedding", "model", "workers", "queue", "disk", "memory", "loop"}


def test_it_opens_serves_and_closes(make: Make) -> None:
    """A turn runs through the real parts; closing twice over does no harm; it opens again on the same files."""
    for _ in range(2):
        container = Container.open(make(), student=lambda _embedder: ScriptedStudent())
        try:
            assert container.problem is None
            learner = container.loop.run(container.study.join("Ada", "en"), 10)
            session = container.loop.run(container.study.start(learner.id, "Tea", "en"), 10)
            explanation = Explanation(
                topic="Tea",
                text="Hot.",
                language="en",
                learner_id=learner.id,
                session_id=session.id,
                turn_id=session.id,
            )

            async def turn(container: Container = container, explanation: Explanation = explanation) -> list[str]:
                return [event.kind async for event in container.study.explain(explanation)]

            assert container.loop.run(turn(), 20)[-1] == "turn_completed"
        finally:
            container.close()


def test_health_names_every_part(make: Make) -> None:
    """The report has one entry per part and becomes healthy once everything is loaded."""
    container = Container.open(make())
    try:
        deadline = time.monotonic() + 30
        while (report := container.loop.run(container.health.report(), 10)).status != "healthy":
            assert time.monotonic() < deadline, report
            time.sleep(0.1)
        assert set(report.checks) == PARTS
    finally:
        container.close()


def test_a_damaged_database_is_the_containers_problem(make: Make) -> None:
    """The container opens all the same, says why it can't serve, and health is unhealthy."""
    settings = make()
    settings.data_dir.mkdir()
    (settings.data_dir / "feynman.db").write_bytes(b"no database" * 1000)
    container = Container.open(settings)
    try:
        assert isinstance(container.problem, RecordsUnavailable)
        with pytest.raises(RecordsUnavailable):
            _ = container.study
        report = container.loop.run(container.health.report(), 10)
        assert report.status == "unhealthy"
        assert report.checks["database"].status == "unhealthy"
        # To begin with an empty database is for a person to decide.
        time.sleep(0.2)
        assert container.problem is not None
        assert not container.problem.retryable
        container.quiesce(1.0)
    finally:
        container.close()
    assert list(settings.data_dir.glob("feynman.db.damaged-*"))


def test_an_unusable_data_folder_is_the_containers_problem(make: Make, tmp_path: Path) -> None:
    """A file where the folder should be is named together with its setting."""
    (tmp_path / "file").write_text("in the way")
    container = Container.open(make(data_dir=tmp_path / "file" / "data"))
    try:
        assert "FEYNMAN_DATA_DIR" in str(container.problem)
    finally:
        container.close()


def test_a_start_that_failed_is_tried_again(make: Make, tmp_path: Path) -> None:
    """What stood in the way goes away, and the product serves without a restart, on the folder as its own."""
    (tmp_path / "file").write_text("in the way")
    settings = make(data_dir=tmp_path / "file" / "data")
    container = Container.open(settings)
    try:
        report = container.loop.run(container.health.report(), 10)
        assert (report.status, report.checks["database"].status) == ("unhealthy", "unhealthy")
        (tmp_path / "file").unlink()
        deadline = time.monotonic() + 60
        while container.problem is not None:
            assert time.monotonic() < deadline, container.problem
            time.sleep(0.05)
        learner = container.loop.run(container.study.join("Ada", "en"), 10)
        assert container.loop.run(container.study.learner(learner.id), 10) == learner
        with pytest.raises(ConfigurationError, match="FEYNMAN_DATA_DIR"):
            Container.open(make(data_dir=settings.data_dir))
    finally:
        container.close()


def test_a_start_that_fails_half_way_leaves_nothing_open(make: Make) -> None:
    """When a later part can't start, the earlier ones are closed before they are opened again."""
    starts: list[int] = []

    def student(_embedder: Embedder) -> ScriptedStudent:
        starts.append(len(psutil.Process().open_files()))
        if len(starts) < 3:
            raise MemoryUnavailable("not yet")
        return ScriptedStudent()

    container = Container.open(make(), student=student)
    try:
        deadline = time.monotonic() + 60
        while container.problem is not None:
            assert time.monotonic() < deadline, container.problem
            time.sleep(0.05)
        assert starts == [starts[0]] * 3
    finally:
        container.close()


def test_a_bug_at_the_start_ends_it(make: Make) -> None:
    """An error that is none of ours comes out, and the folder is free for another."""

    def student(_embedder: Embedder) -> ScriptedStudent:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Container.open(make(), student=student)
    Container.open(make()).close()


def test_a_folder_in_use_is_refused(make: Make) -> None:
    """A second container on the same folder is an error that names the setting; the first goes on."""
    first = Container.open(make())
    try:
        with pytest.raises(ConfigurationError, match="FEYNMAN_DATA_DIR"):
            Container.open(make())
        assert first.loop.run(first.study.learner("nobody"), 10) is None
    finally:
        first.close()


@pytest.mark.parametrize(("engine", "lacks"), [("openai", "FEYNMAN_LLM_API_KEY"), ("local", "FEYNMAN_LOCAL_MODEL")])
def test_an_engine_without_what_it_needs_is_refused(make: Make, engine: str, lacks: str) -> None:
    """Asked for by name, an engine that lacks a setting is an error that names it."""
    with pytest.raises(ConfigurationError, match=f"FEYNMAN_ENGINE={engine} needs {lacks}"):
        Container.open(make(engine=engine))


def test_an_address_alone_does_not_stop_the_start(make: Make) -> None:
    """An address without a model leaves the built-in student at work, and health says what is missing."""
    container = Container.open(make(llm_base_url="http://127.0.0.1:9/v1"))
    try:
        assert container.problem is None
        assert container.engine == "builtin"
        report = container.loop.run(container.health.report(), 10)
        assert report.checks["model"].status == "degraded"
        assert "FEYNMAN_LLM_MODEL" in report.checks["model"].detail
    finally:
        container.close()

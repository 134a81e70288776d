"""What each part means for the whole, over real parts."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from bench.faults.endpoint import endpoint
from feynman.container import Container
from feynman.observability import HealthReport
from tests.container.conftest import Make


@pytest.fixture
def container(make: Make) -> Iterator[Container]:
    """A container on which everything is well."""
    opened = Container.open(make())
    until(opened, "healthy")
    yield opened
    opened.close()


def report(container: Container) -> HealthReport:
    """Its health now."""
    return container.loop.run(container.health.report(), 20)


def until(container: Container, status: str, seconds: float = 40) -> HealthReport:
    """Wait until the whole is ``status``."""
    deadline = time.monotonic() + seconds
    while (found := report(container)).status != status:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def test_without_its_index_the_product_serves(container: Container) -> None:
    """A memory index that is gone is unhealthy and degrades the whole; it comes back without a restart."""
    shutil.rmtree(container.settings.data_dir / "chroma")
    found = until(container, "degraded")
    assert found.checks["chroma"].status == "unhealthy"
    assert found.checks["database"].status == "healthy"
    until(container, "healthy")


def test_without_its_database_the_product_does_not_serve(container: Container) -> None:
    """A database that can't be written makes the whole unhealthy, in time, and well again when it can."""
    with closing(sqlite3.connect(container.settings.data_dir / "feynman.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        found = until(container, "unhealthy")
        assert found.checks["database"].status == "unhealthy"
        assert found.checks["database"].seconds < 10
        other.execute("ROLLBACK")
    until(container, "healthy")


def test_a_dead_model_only_degrades(make: Make) -> None:
    """An endpoint that hangs up is found out without a turn or a token, and so is that it answers again."""
    with endpoint() as server:
        server.mode = "dead"
        container = Container.open(make(engine="openai", llm_base_url=server.url, llm_model="fault-1"))
        try:
            deadline = time.monotonic() + 60
            while "model_unreachable" not in (found := report(container)).checks["model"].detail:
                assert time.monotonic() < deadline, found
                time.sleep(0.2)
            assert found.checks["model"].status == "degraded"
            assert found.status == "degraded"
            server.mode = "up"
            assert until(container, "healthy").checks["model"].detail.startswith("openai: circuit closed")
            assert server.calls == 0
        finally:
            container.close()


def test_a_dead_worker_degrades(container: Container) -> None:
    """Without workers turns are answered and their jobs wait: unhealthy for itself, degraded as a whole."""
    container.loop.run(container.parts.consolidator.close(0.1), 10)
    found = until(container, "degraded")
    assert found.checks["workers"].status == "unhealthy"


def test_a_blocked_loop_is_told(container: Container) -> None:
    """A loop that wakes late is degraded, with how late it was."""

    async def block() -> HealthReport:
        looking = asyncio.ensure_future(container.health.report())
        await asyncio.sleep(0.01)
        time.sleep(0.5)  # noqa: ASYNC251 # the fault
        return await looking

    time.sleep(1.1)  # the last look is worth a second
    found = container.loop.run(block(), 10)
    assert found.checks["loop"].status == "degraded"
    assert int(found.checks["loop"].detail.split()[0]) > 250


def test_a_closing_container_is_not_ready(container: Container) -> None:
    """From the first moment of the end health is unhealthy, while the parts still answer."""
    container.quiesce(0.1)
    found = report(container)
    assert found.status == "unhealthy"
    assert found.checks["process"].detail == "closing"
    assert found.checks["database"].status == "healthy"

"""What ``/health`` looks at, and without what the product can't serve.

Vital are the database and the disk (a turn is stored before any work), the embedding (the student that stands in for
every other one understands by it). Without the rest a turn is still taken, answered and kept.
"""

import asyncio
import shutil
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from feynman.container.headroom import headroom
from feynman.observability.health import Check, CheckResult, CheckStatus

if TYPE_CHECKING:
    from feynman.container.parts import Container

__all__ = ["health_checks"]

_MEGABYTE: Final = 1024 * 1024
_DISK_LOW: Final = 500 * _MEGABYTE
_DISK_FULL: Final = 20 * _MEGABYTE
_MEMORY_LOW: Final = 200 * _MEGABYTE
_NAP_SECONDS: Final = 0.05
# A page wakes every 0.25 s in silent gaps: a loop that is later than that is felt.
_LATE_SECONDS: Final = 0.25
# As many as the queue in memory holds: what is beyond waits in the database alone.
_MANY_JOBS: Final = 100
_OLD_JOB_SECONDS: Final = 600.0


def health_checks(container: "Container") -> Mapping[str, Check]:
    """One check per part; each raises or answers for itself."""
    return _vital(container) | _useful(container)


def _vital(container: "Container") -> dict[str, Check]:
    async def database() -> CheckResult:
        await container.parts.records.check()
        return CheckResult(status="healthy", detail=container.settings.database.split(":", 1)[0])

    async def embedding() -> CheckResult:
        warming = container.parts.warming
        if not warming.done():
            return CheckResult(status="degraded", detail="loading")
        await warming
        return CheckResult(status="healthy", detail="loaded")

    async def disk() -> CheckResult:
        usage = await asyncio.to_thread(shutil.disk_usage, container.settings.data_dir)
        status = "unhealthy" if usage.free < _DISK_FULL else _well(usage.free >= _DISK_LOW)
        return CheckResult(status=status, detail=f"{usage.free // _MEGABYTE} MB free")

    return {"database": Check(database), "embedding": Check(embedding), "disk": Check(disk, ttl=5.0)}


def _useful(container: "Container") -> dict[str, Check]:
    async def chroma() -> CheckResult:
        memory = container.parts.memory
        if memory.state in {"starting", "rebuilding"}:
            return CheckResult(status="degraded", detail=f"{memory.state}: {memory.detail}")
        await memory.check()
        return CheckResult(status="healthy", detail=memory.detail)

    async def model() -> CheckResult:
        return await container.engines.look()

    async def workers() -> CheckResult:
        consolidator = container.parts.consolidator
        status: CheckStatus = "healthy" if consolidator.alive else "unhealthy"
        return CheckResult(status=status, detail=f"{consolidator.held} jobs in hand")

    async def queue() -> CheckResult:
        backlog = await container.parts.records.jobs.backlog()
        status = _well(backlog.waiting <= _MANY_JOBS and backlog.oldest_seconds < _OLD_JOB_SECONDS)
        detail = f"{backlog.waiting} jobs, the oldest {backlog.oldest_seconds:.0f} s old; {backlog.failed} given up"
        return CheckResult(status=status, detail=detail)

    async def memory() -> CheckResult:
        free, used = await asyncio.to_thread(headroom)
        return CheckResult(
            status=_well(free >= _MEMORY_LOW), detail=f"{used // _MEGABYTE} MB used, {free // _MEGABYTE} MB free"
        )

    return {
        "chroma": Check(chroma, vital=False),
        "model": Check(model, vital=False, timeout=3.0, ttl=15.0),
        "workers": Check(workers, vital=False),
        "queue": Check(queue, vital=False),
        "loop": Check(_loop, vital=False),
        "memory": Check(memory, vital=False, ttl=5.0),
    }


async def _loop() -> CheckResult:
    asleep = time.perf_counter()
    await asyncio.sleep(_NAP_SECONDS)
    late = max(0.0, time.perf_counter() - asleep - _NAP_SECONDS)
    detail = f"{late * 1000:.0f} ms late, {len(asyncio.all_tasks())} tasks"
    return CheckResult(status=_well(late < _LATE_SECONDS), detail=detail)


def _well(fine: bool) -> CheckStatus:  # noqa: FBT001 # private
    return "healthy" if fine else "degraded"

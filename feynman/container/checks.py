"""What ``/health`` looks at."""

import asyncio
import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from feynman.observability.health import Check, CheckResult

if TYPE_CHECKING:
    from feynman.container.parts import Container

__all__ = ["health_checks"]

_MEGABYTE: Final = 1024 * 1024
_DISK_LOW: Final = 500 * _MEGABYTE
_DISK_FULL: Final = 20 * _MEGABYTE


def health_checks(container: "Container") -> Mapping[str, Check]:
    """One check per part the product needs; each raises or answers for itself."""

    async def database() -> CheckResult:
        await container.parts.records.check()
        return CheckResult(status="healthy", detail=container.settings.database.split(":", 1)[0])

    async def chroma() -> CheckResult:
        memory = container.parts.memory
        if memory.state in {"starting", "rebuilding"}:
            return CheckResult(status="degraded", detail=f"{memory.state}: {memory.detail}")
        await memory.check()
        return CheckResult(status="healthy", detail=memory.detail)

    async def embedding() -> CheckResult:
        warming = container.parts.warming
        if not warming.done():
            return CheckResult(status="degraded", detail="loading")
        await warming
        return CheckResult(status="healthy", detail="loaded")

    async def workers() -> CheckResult:
        pending = await container.parts.records.jobs.pending()
        alive = container.parts.consolidator.alive
        return CheckResult(status="healthy" if alive else "unhealthy", detail=f"{pending} jobs pending")

    async def disk() -> CheckResult:
        usage = await asyncio.to_thread(shutil.disk_usage, container.settings.data_dir)
        status = "unhealthy" if usage.free < _DISK_FULL else "degraded" if usage.free < _DISK_LOW else "healthy"
        return CheckResult(status=status, detail=f"{usage.free // _MEGABYTE} MB free")

    async def model() -> CheckResult:
        return container.engines.check()

    return {
        "database": database,
        "chroma": chroma,
        "embedding": embedding,
        "model": model,
        "workers": workers,
        "disk": disk,
    }
